/** What we need of the web's encoders; the kernel's types know neither a browser nor Node. */
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, target: Uint8Array): { readonly read: number; readonly written: number }
}
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Lower-case hexadecimal, as hashes are written everywhere. */
export function bytesToHex(bytes: Uint8Array): string {
  return bytes.toHex()
}

/** The bytes of hexadecimal text of either case. Throws `SyntaxError` on anything else. */
export function hexToBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text)
}

/** Padded base64, as in certificates and C2SP notes. */
export function bytesToBase64(bytes: Uint8Array): string {
  return bytes.toBase64()
}

/** The bytes of padded base64. Throws `SyntaxError` on wrong letters, padding or trailing bits. */
export function base64ToBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' })
}

/** Base64 for addresses and tokens: `-` and `_`, without padding. */
export function bytesToBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** The bytes of base64url without padding. Throws `SyntaxError` on anything else. */
export function base64UrlToBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(text, { alphabet: 'base64url', lastChunkHandling: 'loose' })
  if (bytesToBase64Url(bytes) !== text) throw new SyntaxError('not base64url in its one spelling')
  return bytes
}

/** The UTF-8 bytes of a string; a lone surrogate becomes U+FFFD, so check `isWellFormed` first. */
export function utf8ToBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** Write UTF-8 into a buffer one keeps, and return how many bytes it took: no allocation. */
export function writeUtf8(text: string, target: Uint8Array): number {
  return encoder.encodeInto(text, target).written
}

/** The string of UTF-8 bytes. Throws `TypeError` when they are none; a BOM is kept. */
export function bytesToUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** Whether text is base64 of exactly `byteCount` bytes in its one spelling, as keys must be. */
export function isBase64Of(text: unknown, byteCount: number): text is string {
  if (typeof text !== 'string' || text.length !== Math.ceil(byteCount / 3) * 4) return false
  try {
    const bytes = base64ToBytes(text)
    return bytes.length === byteCount && bytesToBase64(bytes) === text
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
