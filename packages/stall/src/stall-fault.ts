/** The journal cannot carry this stall: the position and what is wrong are in the message. */
export class StallFault extends Error {
  override readonly name = 'StallFault'
  readonly code: 'journal_corrupt' | 'journal_foreign' | 'journal_unwritable' | 'closed'
  constructor(code: StallFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
