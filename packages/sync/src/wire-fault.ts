/** The parent was not reached, or did not speak the protocol. Thrown: it is tried again. */
export class WireFault extends Error {
  override readonly name = 'WireFault'
  readonly code: 'unreachable' | 'timeout' | 'refused' | 'garbled'
  constructor(code: WireFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
