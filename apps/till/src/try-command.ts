import type { StallAnswer, StallCommand } from '@nightmarket/kernel'
import { StallFault } from '@nightmarket/stall'
import { StorageFault } from '@nightmarket/storage'

import type { Till } from './till.ts'

/** Run a command; a write that failed took everything back, and the same tap may be made again. */
export async function tryCommand(
  { stall }: Pick<Till, 'stall'>,
  command: StallCommand,
): Promise<StallAnswer> {
  try {
    return await stall.run(command)
  } catch (error) {
    if (!(error instanceof StorageFault || error instanceof StallFault)) throw error
    return { status: 'rejected', rejection: { code: 'not_selling', reason: 'storage' } }
  }
}
