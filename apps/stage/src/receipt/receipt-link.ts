/** A receipt as the text behind the `#` of an address: what is there is never sent anywhere. */
export async function packReceipt(receipt: object): Promise<string> {
  const stream = new Blob([JSON.stringify(receipt)]).stream()
  const packed = await new Response(
    stream.pipeThrough(new CompressionStream('deflate-raw')),
  ).arrayBuffer()
  const text = btoa(String.fromCharCode(...new Uint8Array(packed)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The longest receipt that is unpacked: a small text can unpack to a huge one. */
const RECEIPT_LENGTH_MAX = 65_536

/** The JSON behind the `#`; `null` when there is no receipt in it. */
export async function unpackReceipt(text: string): Promise<string | null> {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) =>
      sign.charCodeAt(0),
    )
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    let json = ''
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      json += part
      if (json.length > RECEIPT_LENGTH_MAX) return null
    }
    return json
  } catch {
    return null
  }
}
