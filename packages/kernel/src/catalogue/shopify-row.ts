import { parseAmount, type Currency } from '../money.ts'
import type { CsvRecord } from './csv.ts'
import {
  REJECTED_VALUE_LENGTH_MAX,
  type ImportRejection,
  type RowCode,
} from './import-rejection.ts'
import type { Columns, ProductStatus } from './product.ts'
import { isVariantColumn, type FileColumn, type TypedColumn } from './shopify-columns.ts'

const STATUSES: readonly string[] = ['active', 'draft', 'archived', 'unlisted']
const QUANTITY_MAX = 1_000_000_000

/**
 * One row of a product file while it is read. Keeps the first problem it meets; what is read after
 * a problem is a placeholder, and nobody uses a row that has one.
 */
export class Row {
  readonly line: number
  readonly #columns: readonly FileColumn[]
  readonly #cells = new Map<TypedColumn, string>()
  readonly #headers = new Map<TypedColumn, string>()
  readonly #extra: [name: string, value: string][] = []
  #rejection: ImportRejection | null = null

  constructor(record: CsvRecord, columns: readonly FileColumn[]) {
    this.line = record.line
    this.#columns = columns
    this.#readCells(record.fields)
    const { flaw } = record
    if (flaw === null) {
      this.#checkShape(record.fields)
      return
    }
    const field = columns[flaw.field]?.header ?? ''
    const value = cut(record.fields[flaw.field] ?? '')
    this.#rejection = { line: flaw.line, field, code: flaw.code, value }
  }

  /** Why the row is refused, as far as it was read; `null` while it is sound. */
  get rejection(): ImportRejection | null {
    return this.#rejection
  }

  /** Refuse the row, unless it is refused already. */
  reject(code: RowCode, column: TypedColumn | null, value?: string): void {
    const field = column === null ? '' : (this.#headers.get(column) ?? column)
    const found = value ?? (column === null ? '' : this.text(column))
    this.#rejection ??= { line: this.line, field, code, value: cut(found) }
  }

  /** A cell to the character; empty where the file has no such column. */
  text(column: TypedColumn): string {
    return this.#cells.get(column) ?? ''
  }

  has(column: TypedColumn): boolean {
    return this.text(column).trim() !== ''
  }

  textOrNull(column: TypedColumn): string | null {
    return this.has(column) ? this.text(column) : null
  }

  /** The cells the market does not read, of the variant or of everything else in the row. */
  extra(scope: 'variant' | 'other' | 'all'): Columns {
    const isWanted = (name: string) =>
      scope === 'all' || isVariantColumn(name) === (scope === 'variant')
    return Object.fromEntries(this.#extra.filter(([name]) => isWanted(name)))
  }

  /** `TRUE` or `FALSE` in any case; the default where the cell is blank. */
  flag(column: TypedColumn, whenBlank: boolean): boolean {
    const text = this.text(column).trim().toLowerCase()
    if (text !== '' && text !== 'true' && text !== 'false') this.reject('boolean_invalid', column)
    return text === '' ? whenBlank : text === 'true'
  }

  status(): ProductStatus {
    const text = this.text('Status').trim().toLowerCase() || 'active'
    if (!STATUSES.includes(text)) this.reject('status_invalid', 'Status')
    return text as ProductStatus
  }

  /** A plain decimal in the catalogue's currency; `null` where the cell is blank. */
  amount(column: TypedColumn, currency: Currency): number | null {
    if (!this.has(column)) return null
    const amount = parseAmount(this.text(column).trim(), currency)
    if (amount.ok) return amount.value
    this.reject(amount.error.code, column)
    return null
  }

  /** A whole number, not negative; the default where the cell is blank. */
  count(column: 'Variant Inventory Qty' | 'Image Position', whenBlank: number): number {
    const text = this.text(column).trim()
    if (text === '') return whenBlank
    const count = /^-?\d{1,15}$/.test(text) ? Number(text) + 0 : Number.NaN
    if (count >= 0 && count <= QUANTITY_MAX) return count
    if (column === 'Image Position') this.reject('position_invalid', column)
    else this.reject(count < 0 ? 'quantity_negative' : 'quantity_invalid', column)
    return whenBlank
  }

  /** An address a page may load an image from: `http` or `https`, without spaces or quotes. */
  url(column: TypedColumn): string | null {
    if (!this.has(column)) return null
    const text = this.text(column).trim()
    if (!/^https?:\/\/[^\s"'<>`\\]+$/i.test(text)) this.reject('image_url_invalid', column)
    return text
  }

  #readCells(fields: readonly string[]): void {
    this.#columns.forEach(({ name, header, typed }, index) => {
      const value = fields[index] ?? ''
      if (typed !== null) {
        this.#cells.set(typed, value)
        this.#headers.set(typed, header)
      } else if (value !== '' && name !== '') {
        this.#extra.push([name, value])
      }
    })
  }

  #checkShape(fields: readonly string[]): void {
    const missing = this.#columns[fields.length]
    if (missing !== undefined) {
      const value = String(fields.length)
      this.#rejection = { line: this.line, field: missing.header, code: 'row_too_short', value }
      return
    }
    fields.forEach((value, index) => {
      const column = this.#columns[index]
      const isNowhere = column === undefined || column.name === ''
      if (isNowhere && value.trim() !== '') this.reject('row_too_long', null, value)
      const isText = value.isWellFormed() && !value.includes('\u0000')
      const field = column?.header ?? ''
      if (!isText) this.#rejection ??= { line: this.line, field, code: 'text_malformed', value: '' }
    })
  }
}

function cut(text: string): string {
  return text.slice(0, REJECTED_VALUE_LENGTH_MAX)
}
