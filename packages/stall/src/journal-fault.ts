import type { JournalHead } from '@nightmarket/kernel'
import { StorageFault } from '@nightmarket/storage'

import { StallFault } from './stall-fault.ts'

/** Somebody else has the journal too: nothing can be written that would not fork it. */
export function foreignWriter(actual: JournalHead): StallFault {
  return new StallFault(
    'journal_unwritable',
    `Somebody else wrote to this journal: it ends at ${actual.sequence}. One process at a time.`,
  )
}

/** A fault of the world is waited out; anything else is a defect of this program. */
export function toStorageFault(error: unknown): StorageFault | StallFault {
  if (error instanceof StorageFault || error instanceof StallFault) return error
  return new StorageFault('failed', 'The journal could not be written.', { cause: error })
}
