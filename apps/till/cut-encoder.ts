import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { CODEPAGES } from '@nightmarket/ui/printer'

/** The parts of a Vite plugin that cut what a till never prints with out of the encoder. */
interface CutEncoder {
  readonly name: string
  readonly enforce: 'pre'
  resolveId(source: string): string | null
  load(id: string): string | null
  transform(code: string, id: string): string | null
}

/** What the encoder takes to print pictures; a receipt has none. */
const PICTURES = ['canvas-dither', 'canvas-flatten', '@canvas/image-data', 'resize-image-data']
const NOTHING = '\0nothing-of-pictures'

/**
 * The printer encoder is mostly what we have no use for: pages of characters, printers by model,
 * another maker's language, Markdown. This leaves the pages that receipts are printed in, and
 * fails the build when the library no longer looks as it did.
 */
export function cutEncoder(): CutEncoder {
  const encoder = sourceOf('@point-of-sale/receipt-printer-encoder')
  const pages = sourceOf('@point-of-sale/codepage-encoder', encoder)
  return {
    name: 'cut-encoder',
    enforce: 'pre',
    resolveId(source) {
      if (source === '@point-of-sale/receipt-printer-encoder') return encoder
      if (source === '@point-of-sale/codepage-encoder') return pages
      return PICTURES.includes(source) ? NOTHING : null
    },
    load: (id) => (id === NOTHING ? 'export default null' : null),
    transform(code, id) {
      if (id === encoder) return cutPrinters(code)
      return id === pages ? cutPages(code) : null
    },
  }
}

/** The module of a package whose parts are still told apart: the one for browsers is packed. */
function sourceOf(name: string, from = import.meta.filename): string {
  const main = createRequire(from).resolve(name)
  return join(dirname(main), `${name.split('/')[1]}.mjs`)
}

function cutPrinters(code: string): string {
  const withoutModels = cut(code, /(?<=^const printerDefinitions = \{\n)(\t'.*\n)+/m)
  const withoutStar = cut(withoutModels, /(?<=^class LanguageStarPrnt \{\n)(( .*)?\n)+(?=^\})/m)
  const withoutMarkdown = cut(withoutStar, /(?<=^class Markdown \{\n)(( .*)?\n)+(?=^\})/m)
  const mappings = /(?<=^const codepageMappings = \{\n\t'esc-pos': \{\n)(\t\t.*\n)+/m
  return cut(withoutMarkdown, mappings, keepEpson)
}

/** An ESC/POS printer whose model nobody named is spoken to as one of Epson's. */
function keepEpson(lines: string): string {
  return `${lines.split('\n').find((line) => line.startsWith("\t\t'epson'"))}\n`
}

function cutPages(code: string): string {
  const withoutSamples = cut(code, /(?<=^const strings = \{\n)( {4}.*\n)+/m)
  let cutCount = 0
  const table = /^\t'([^']+)': \{\n(\t\t.*\n)+\t\},\n/gm
  const kept = withoutSamples.replaceAll(table, (page: string, name: string) => {
    if (isPrinted(name)) return page
    cutCount += 1
    return ''
  })
  if (cutCount === 0) throw new Error('the codepage encoder has no table to cut')
  return kept
}

function isPrinted(page: string): boolean {
  return BASES.includes(page) || CODEPAGES.some((each) => each === page)
}

/** What the tables of other pages are differences from, and what codes are written in. */
const BASES = ['ascii', 'cp437', 'cp850', 'iso8859-1']

function cut(code: string, part: RegExp, keep: (found: string) => string = () => ''): string {
  if (!part.test(code)) throw new Error(`the printer encoder has no ${part.source}`)
  return code.replace(part, keep)
}
