/** Pack a value into text that is safe behind a `#` and short enough for a QR code. */
export async function packJson(value: object): Promise<string> {
  const stream = new Blob([JSON.stringify(value)]).stream()
  const packed = stream.pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer())
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** The longest text that is unpacked: many times what a QR code holds. */
const PACKED_LENGTH_MAX = 64 * 1024

/** Read what was packed, or plain JSON as a file has it; `null` for anything else. */
export async function unpackJson(text: string): Promise<unknown> {
  if (text.length > PACKED_LENGTH_MAX) return null
  try {
    return JSON.parse(text.startsWith('{') ? text : await unpack(text)) as unknown
  } catch {
    return null
  }
}

async function unpack(text: string): Promise<string> {
  const bytes = Uint8Array.fromBase64(text, { alphabet: 'base64url' })
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).text()
}
