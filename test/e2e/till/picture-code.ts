import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { encode } from 'uqr'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

const { resolve } = createRequire(import.meta.url)

/** Read the QR codes of a picture by the reader that the till's scanner has. */
export async function readCodes(png: Uint8Array): Promise<readonly string[]> {
  const { buffer } = Uint8Array.from(readFileSync(resolve('zxing-wasm/reader/zxing_reader.wasm')))
  prepareZXingModule({ overrides: { wasmBinary: buffer } })
  const found = await readBarcodes(png, { formats: ['QRCode'] })
  return found.map(({ text }) => text)
}

const [WIDTH, HEIGHT, MODULE] = [640, 480, 12]

/** Write a film of a code held still, for Chromium's camera that plays a file. */
export function filmCode(path: string, text: string): void {
  const { data, size } = encode(text, { border: 4 })
  const luma = Buffer.alloc(WIDTH * HEIGHT, 200)
  for (let y = 0; y < size * MODULE; y += 1) {
    for (let x = 0; x < size * MODULE; x += 1) {
      const isDark = data[Math.floor(y / MODULE)]?.[Math.floor(x / MODULE)] === true
      luma[(y + 20) * WIDTH + x + 100] = isDark ? 16 : 235
    }
  }
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const frame = [Buffer.from('FRAME\n'), luma, chroma]
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(path, Buffer.concat([header, ...frame, ...frame]))
}
