/** One record of a CSV text, with the line of the text on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
  /** What is wrong with its quotes; `null` when it is sound. */
  readonly flaw: CsvFlaw | null
}

/** A record whose fields cannot be told apart for sure. The line is that of the quote. */
export interface CsvFlaw {
  readonly code: 'quote_unterminated' | 'quote_misplaced'
  readonly line: number
  readonly field: number
}

/** Where a reader stands. Lines end in CRLF, LF or CR, inside quotes and outside. */
interface Cursor {
  readonly text: string
  position: number
  line: number
}

/**
 * Read RFC 4180 text into records, lazily.
 *
 * - [CV1] Quoted fields hold commas, line breaks and doubled quotes, kept exactly as they are; a
 *   byte order mark before the first field is dropped; lines without a character are skipped.
 * - [CV2] Each record carries the line it begins on, counting the line breaks inside quotes.
 * - [CV3] A quote that never ends takes the rest of the text with it: the record says on which line
 *   it began. Text after a closing quote spoils its own record only.
 *
 * A quote inside an unquoted field is an ordinary character: `12" record` is what it says.
 */
export function* readCsv(text: string): Generator<CsvRecord, void> {
  const cursor: Cursor = { text, position: text.startsWith('\uFEFF') ? 1 : 0, line: 1 }
  while (cursor.position < text.length) {
    if (skipLineBreak(cursor)) continue
    yield readRecord(cursor)
  }
}

/** Write records as RFC 4180 text with LF line ends: quotes only where the grammar needs them. */
export function writeCsv(records: Iterable<readonly string[]>): string {
  let text = ''
  for (const fields of records) text += `${fields.map(quoteWhereNeeded).join(',')}\n`
  return text
}

function quoteWhereNeeded(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

function readRecord(cursor: Cursor): CsvRecord {
  const line = cursor.line
  const fields: string[] = []
  let flaw: CsvFlaw | null = null
  for (;;) {
    const opened = cursor.line
    const isQuoted = cursor.text[cursor.position] === '"'
    const { value, code } = isQuoted ? readQuoted(cursor) : readPlain(cursor)
    if (code !== null) flaw ??= { code, line: opened, field: fields.length }
    fields.push(value)
    if (cursor.text[cursor.position] !== ',') break
    cursor.position += 1
  }
  skipLineBreak(cursor)
  return { line, fields, flaw }
}

interface Field {
  readonly value: string
  readonly code: CsvFlaw['code'] | null
}

const FIELD_END = /[,\r\n]/g

function readPlain(cursor: Cursor): Field {
  FIELD_END.lastIndex = cursor.position
  const end = FIELD_END.exec(cursor.text)?.index ?? cursor.text.length
  const value = cursor.text.slice(cursor.position, end)
  cursor.position = end
  return { value, code: null }
}

function readQuoted(cursor: Cursor): Field {
  let value = ''
  let from = cursor.position + 1
  for (;;) {
    const quote = cursor.text.indexOf('"', from)
    const part = cursor.text.slice(from, quote < 0 ? undefined : quote)
    value += part
    cursor.line += lineBreaksIn(part)
    if (quote < 0) {
      cursor.position = cursor.text.length
      return { value, code: 'quote_unterminated' }
    }
    cursor.position = quote + 1
    if (cursor.text[cursor.position] !== '"') break
    value += '"'
    from = quote + 2
  }
  const rest = readPlain(cursor).value
  return { value: value + rest, code: rest === '' ? null : 'quote_misplaced' }
}

function skipLineBreak(cursor: Cursor): boolean {
  const character = cursor.text[cursor.position]
  if (character !== '\n' && character !== '\r') return false
  const isPair = character === '\r' && cursor.text[cursor.position + 1] === '\n'
  cursor.position += isPair ? 2 : 1
  cursor.line += 1
  return true
}

function lineBreaksIn(text: string): number {
  let count = 0
  for (const _ of text.matchAll(/\r\n|\r|\n/g)) count += 1
  return count
}
