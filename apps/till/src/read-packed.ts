import { unpackText } from '@nightmarket/kernel'

/** The longest text that is unpacked: many times what a QR code holds. */
const PACKED_LENGTH_MAX = 64 * 1024

/** Read what was packed, or plain JSON as a file has it; `null` for anything else. */
export function readPacked(text: string): unknown {
  if (text.length > PACKED_LENGTH_MAX) return null
  try {
    return text.startsWith('{') ? (JSON.parse(text) as unknown) : unpackText(text)
  } catch {
    // Somebody scanned or pasted something else.
    return null
  }
}
