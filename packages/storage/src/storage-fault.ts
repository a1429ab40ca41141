/** The disk or the database failed. Thrown, not returned: only the shell may retry or stop. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault'
  readonly code: 'disk_full' | 'locked' | 'corrupt' | 'too_new' | 'failed'
  constructor(code: StorageFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
