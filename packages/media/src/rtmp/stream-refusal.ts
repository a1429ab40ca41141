/** Why a publisher is turned away. The text is sent to the encoder and shown in `show status`. */
export type RefusalCode =
  | 'key_unknown'
  | 'key_of_another_show'
  | 'publisher_busy'
  | 'codec_unsupported'
  | 'stream_malformed'
  | 'message_too_long'

/** A publisher's stream cannot be taken; thrown while parsing, told to the publisher. */
export class StreamRefusal extends Error {
  override readonly name = 'StreamRefusal'
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}
