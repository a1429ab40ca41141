import { extname } from 'node:path'
import { renderSVG } from 'uqr'

/** What a sheet says of the till that is to join. */
export interface EnrolmentFacts {
  readonly name: string
  readonly code: string
  /** The address that opens the till's page with the code. */
  readonly url: string
  /** Until when the code is good, as people read it. */
  readonly until: string
}

const [WIDTH, HEIGHT, QR_SIZE] = [600, 800, 480] as const

/** A sheet to be printed, or held on a screen in front of a tablet's camera: an SVG. */
export function enrolmentSheet({ name, code, url, until }: EnrolmentFacts): string {
  const qr = renderSVG(url, { ecc: 'M', border: 4 })
  const [, viewBox = ''] = /viewBox="([^"]+)"/.exec(qr) ?? []
  const inner = qr.replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
  const left = (WIDTH - QR_SIZE) / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"`,
    ` viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" text-anchor="middle">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    line(70, 36, `A till: ${name}`),
    `<svg x="${left}" y="100" width="${QR_SIZE}" height="${QR_SIZE}" viewBox="${viewBox}">`,
    `${inner}</svg>`,
    line(630, 22, 'Scan this on the tablet, or open the till and type'),
    line(690, 40, code),
    line(740, 20, `Good once, until ${until}.`),
    line(775, 16, url.replace(/#.*$/, '')),
    '</svg>\n',
  ].join('')
}

/** The sheet as the file's ending asks for it: a PNG for a message, else the SVG itself. */
export async function drawSheet(facts: EnrolmentFacts, file: string): Promise<Uint8Array> {
  const svg = Buffer.from(enrolmentSheet(facts))
  if (extname(file).toLowerCase() !== '.png') return svg
  const { default: sharp } = await import('sharp')
  return sharp(svg, { density: 144 }).png().toBuffer()
}

function line(y: number, size: number, text: string): string {
  return `<text x="${WIDTH / 2}" y="${y}" font-size="${size}">${escaped(text)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
