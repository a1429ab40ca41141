import { verifyOperatorList, type OperatorList } from '@nightmarket/kernel'
import { verifySignature } from '@nightmarket/stall/browser'
import { StorageFault } from '@nightmarket/storage'
import type { BrowserDevice } from '@nightmarket/storage/browser'
import { OPERATORS_PATH, signRequest, type RequestSigner } from '@nightmarket/sync'

/** How long a sign-in waits for news of who works here before it goes by what it knows. */
const OPERATORS_MS_MAX = 3_000

/** Under which name the device keeps the list. */
const NOTE = 'operators'

/**
 * Who works at this till: the newest list that the market signed, from the network or as it was
 * kept. It is kept durably, so that a tablet which was killed or lost its power opens unplugged.
 */
export async function readOperators(
  device: Pick<BrowserDevice, 'note' | 'keepNote'>,
  signer: RequestSigner,
  marketPublicKey: string,
): Promise<OperatorList | null> {
  const read = (value: unknown) => {
    const list = verifyOperatorList(value, marketPublicKey, verifySignature)
    return list.ok ? list.value : null
  }
  const fetched = read(await fetchList(signer))
  const kept = read(await device.note(NOTE))
  const isNews = fetched !== null && (kept === null || fetched.issuedAtMs > kept.issuedAtMs)
  if (!isNews) return kept
  await device.keepNote(NOTE, fetched).catch((error: unknown) => {
    // A full disk stops no sign-in: the list is good as it is, and is asked for again.
    if (!(error instanceof StorageFault)) throw error
  })
  return fetched
}

async function fetchList(signer: RequestSigner): Promise<unknown> {
  const headers = await signRequest({ method: 'GET', path: OPERATORS_PATH, body: '' }, signer)
  const signal = AbortSignal.timeout(OPERATORS_MS_MAX)
  try {
    const response = await fetch(OPERATORS_PATH, { headers, signal })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
