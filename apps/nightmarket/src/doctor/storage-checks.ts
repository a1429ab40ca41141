import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import {
  checkpointNote,
  openEntry,
  utf8ToBytes,
  type Checkpoint,
  type JournalHead,
} from '@nightmarket/kernel'
import { openSqliteJournal, openSqliteJournalReader } from '@nightmarket/storage/sqlite'
import { journalStoreContract } from '@nightmarket/storage/contract'

import { createVerifier } from '../host/crypto.ts'
import { EDGE_FILES, readEdgeIdentity, type EdgeIdentity } from '../market/edge-folder.ts'
import { MARKET_FILES } from '../market/market-folder.ts'
import { counted } from '../terminal/format.ts'
import { failed, sound, type Check, type Finding } from './check.ts'
import { isOpenToOthers, nearestFolder, withScratch } from './machine-checks.ts'

/** What the stores on this disk, and the journals and keys in a market's folder, must keep. */
export function storageChecks(folder: string): readonly Check[] {
  const path = resolve(folder)
  return [
    { name: 'Storage contract', run: () => checkContract(nearestFolder(path)) },
    { name: 'Secrets', run: async () => checkSecrets(path) },
    ...edgeNames(path).map((name) => ({
      name: `Journal of ${name}`,
      run: async () => checkJournal(MARKET_FILES.edge(path, name)),
    })),
  ]
}

/** Each case of the contract on a new journal, on the very disk that a market would use. */
async function checkContract(place: string): Promise<Finding> {
  const broken = await withScratch(place, async (folder) => {
    const found: string[] = []
    for (const [index, { rule, name, run }] of journalStoreContract.entries()) {
      await using store = await openSqliteJournal(join(folder, `${index}.db`))
      const failure = await run(store).then(
        () => null,
        (error: unknown) => String(error),
      )
      if (failure !== null) found.push(`[${rule}] ${name}: ${failure}`)
    }
    return found
  })
  const [first] = broken
  if (first === undefined) return sound(`${counted(journalStoreContract.length, 'case')} hold`)
  const detail = `${counted(broken.length, 'case')} broken: ${first}`
  return failed(detail, 'Do not sell from this disk; choose another --data.')
}

function checkSecrets(path: string): Finding {
  const files = secretFiles(path).filter((file) => existsSync(file))
  const open = files.filter(isOpenToOthers)
  const [first] = open
  if (first === undefined)
    return sound(`${counted(files.length, 'file')}, readable by this user only`)
  const wayOut = `chmod 600 ${open.join(' ')}`
  return failed(`${first} can be read by other users`, wayOut)
}

function secretFiles(path: string): readonly string[] {
  const ofEdges = edgeNames(path).flatMap((name) => {
    const folder = MARKET_FILES.edge(path, name)
    return [EDGE_FILES.key(folder), EDGE_FILES.tokenKey(folder)]
  })
  return [MARKET_FILES.key(path), MARKET_FILES.token(path), ...ofEdges]
}

function edgeNames(path: string): readonly string[] {
  const folder = join(path, 'edges')
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

/** Whether the journal's end is whole: its last entry, and the checkpoint that signs it. */
function checkJournal(folder: string): Finding {
  const file = EDGE_FILES.journal(folder)
  if (!existsSync(file)) return sound('not begun yet')
  const identity = readEdgeIdentity(folder)
  using reader = openSqliteJournalReader(file)
  const wayOut = 'Run nightmarket verify; keep the file, and enrol the node again.'
  const damage = reader.damage()
  if (damage.length > 0) return failed(`${file}: ${damage[0]}`, wayOut)
  const head = reader.head()
  if (head.sequence === 0) return sound('empty')
  const reason = endFlaw(
    head,
    lastOf(reader.checkpoints()),
    lastOf(reader.entries())?.text,
    identity,
  )
  const detail = `ends at entry ${head.sequence}`
  return reason === null ? sound(`${detail}, signed`) : failed(`${detail}, but ${reason}`, wayOut)
}

function endFlaw(
  head: JournalHead,
  checkpoint: Checkpoint | undefined,
  text: string | undefined,
  identity: EdgeIdentity | null,
): string | null {
  const entry = openEntry(text ?? '')
  if (!entry.ok || entry.value.sequence !== head.sequence) return 'its last entry is damaged'
  if (entry.value.atMs > Date.now() + 60_000) return 'its last entry is in the future'
  if (checkpoint?.size !== head.sequence) return 'its last entry is under no checkpoint'
  if (identity === null) return 'identity.json is missing'
  const note = utf8ToBytes(checkpointNote(checkpoint))
  const isSigned = createVerifier()(identity.certificate.publicKey, note, checkpoint.signature)
  return isSigned ? null : 'its checkpoint is not signed by this node'
}

function lastOf<T>(items: Iterable<T>): T | undefined {
  let last: T | undefined
  for (const item of items) last = item
  return last
}
