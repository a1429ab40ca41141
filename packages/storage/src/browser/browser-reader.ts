import type { JournalHead } from '@nightmarket/kernel'

import type { JournalStore } from '../journal-store.ts'
import { openDatabase, readOnce } from './browser-database.ts'
import { browserErrorToFault } from './browser-fault.ts'
import { readCheckpoint, readEntries, readHead, type JournalPlace } from './browser-journal.ts'
import { lockNameOf, newsOf } from './device-names.ts'

/** What a second tab sees of a device that another tab sells with. Writes nothing. */
export interface BrowserReader
  extends
    Pick<JournalStore, 'head' | 'read' | 'checkpointCovering' | 'latestCheckpoint'>,
    AsyncDisposable {
  /** The enrolment of the device's life, as it was given; `null` before it is enrolled. */
  readonly enrolment: unknown
  /** Calls `listener` after each append of the tab that sells; the returned function ends it. */
  onAppended(listener: (head: JournalHead) => void): () => void
  /** Resolves when the other tab has gone and this one may open the device. */
  untilFree(signal: AbortSignal): Promise<void>
}

/** Watch a device from another tab, without its lock. `null` when there is no device yet. */
export async function openBrowserReader(name: string): Promise<BrowserReader | null> {
  try {
    const database = await openDatabase(name)
    database.onversionchange = () => database.close()
    const lifeId: unknown = await readOnce(database, 'device', (store) => store.get('life'))
    if (typeof lifeId !== 'string') {
      database.close()
      return null
    }
    const life: unknown = await readOnce(database, 'life', (store) => store.get(lifeId))
    const { enrolment } = life as { readonly enrolment: unknown }
    return readerOf({ database, name, lifeId }, enrolment)
  } catch (error) {
    throw browserErrorToFault(error, name, 'opening to read')
  }
}

function readerOf(place: JournalPlace, enrolment: unknown): BrowserReader {
  const news = newsOf(place.name)
  const listeners = new Set<(head: JournalHead) => void>()
  news.onmessage = ({ data }: MessageEvent<JournalHead>) => {
    for (const listener of listeners) listener(data)
  }
  return {
    enrolment,
    head: () => readHead(place),
    read: (range) => readEntries(place, range),
    checkpointCovering: (sequence) => readCheckpoint(place, sequence),
    latestCheckpoint: () => readCheckpoint(place, 'newest'),
    onAppended(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async untilFree(signal) {
      await navigator.locks.request(lockNameOf(place.name), { signal }, () => undefined)
    },
    async [Symbol.asyncDispose]() {
      news.close()
      place.database.close()
    },
  }
}
