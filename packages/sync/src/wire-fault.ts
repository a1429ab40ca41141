/** The parent was not reached, or said something that is not the protocol. Thrown: it is retried. */
export class WireFault extends Error {
  override readonly name = 'WireFault'
  readonly code: 'unreachable' | 'timeout' | 'refused' | 'garbled'
  constructor(code: WireFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
