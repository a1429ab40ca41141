import { StorageFault } from '@nightmarket/storage'

import { BooksFault } from '../../../packages/core/src/index.ts'

/** Whether a store itself says that it cannot be used, as after a cut that took too much. */
export function isStoreFault(error: unknown): error is StorageFault | BooksFault {
  return error instanceof StorageFault || error instanceof BooksFault
}
