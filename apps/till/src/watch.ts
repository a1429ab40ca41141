import {
  applyEvent,
  createStallState,
  type Moment,
  type StallEvent,
  type StallState,
} from '@nightmarket/kernel'
import { openBrowserReader, type BrowserReader } from '@nightmarket/storage/browser'

import { parseEnrolment } from './enrolment.ts'

/** Entries read at a time. */
const PAGE_ENTRIES = 1_000

/**
 * A till that another tab sells with, as this tab reads it off the journal: it writes nothing, asks
 * nobody, and what it shows decides nothing.
 */
export interface WatchedTill {
  readonly state: StallState
  /** Resolves when the other tab has gone and this one may open the till. */
  untilFree(): Promise<void>
}

/** Look on at the till of another tab; `null` while it has not been enrolled. */
export async function watchTill(name: string, onChange: () => void): Promise<WatchedTill | null> {
  const reader = await openBrowserReader(name)
  if (reader === null) return null
  const enrolment = parseEnrolment(reader.enrolment, null)
  if (enrolment === null) {
    await reader[Symbol.asyncDispose]()
    return null
  }
  const { nodeId, epoch } = enrolment.certificate
  const state = createStallState(nodeId, epoch)
  // One reading after another: two at once would fold the same entry twice.
  let reading = readOn(reader, state)
  reader.onAppended(() => {
    reading = reading.then(() => readOn(reader, state)).then(onChange)
  })
  await reading
  return {
    state,
    async untilFree() {
      await reader.untilFree(new AbortController().signal)
      await reader[Symbol.asyncDispose]()
    },
  }
}

async function readOn(reader: BrowserReader, state: StallState): Promise<void> {
  for (;;) {
    const page = await reader.read({ after: state.sequence, limit: PAGE_ENTRIES })
    if (page.length === 0) return
    for (const { text } of page) {
      const entry = JSON.parse(text) as StallEvent & Moment
      applyEvent(state, entry, entry)
    }
  }
}
