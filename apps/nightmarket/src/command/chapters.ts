import type { Chapter } from '../command-line/help.ts'
import { doctorCommand } from './doctor.ts'
import { receiptVerifyCommand } from './receipt-verify.ts'

/** Every command, in the order in which a host meets them. */
export const chapters: readonly Chapter[] = [
  { title: 'Check', commands: [receiptVerifyCommand, doctorCommand] },
]
