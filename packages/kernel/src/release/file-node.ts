import { parseId, type Id } from '../id.ts'
import { parseAmount, type Currency } from '../money.ts'
import {
  PROBLEM_VALUE_LENGTH_MAX,
  type ShowFileCode,
  type ShowFileProblem,
} from './show-file-problem.ts'

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const DURATION_PATTERN = /^(?:\d{1,6}[smhd])+$/
const PERCENT_PATTERN = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%$/

/**
 * One place of an untrusted file, with the path that leads there. Each reader gives its value, or
 * notes the problem and gives `null`, so that one pass names everything that is wrong.
 */
export class FileNode {
  readonly path: string
  readonly value: unknown
  readonly #problems: ShowFileProblem[]

  constructor(value: unknown, path: string, problems: ShowFileProblem[]) {
    this.value = value
    this.path = path
    this.#problems = problems
  }

  /** Whether nothing stands here, so that a default counts. */
  get isAbsent(): boolean {
    return this.value === undefined || this.value === null
  }

  /** Note a problem. `null`, so that a reader can end with it. */
  refuse(code: ShowFileCode, wanted: string): null {
    const text = JSON.stringify(this.value) ?? ''
    const value = text.slice(0, PROBLEM_VALUE_LENGTH_MAX)
    this.#problems.push({ path: this.path, code, value, wanted })
    return null
  }

  /** The members, of which only these keys may be: a key with a typing error is not ignored. */
  members<Key extends string>(...keys: readonly Key[]): Readonly<Record<Key, FileNode>> {
    const { value } = this
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject) this.refuse(this.isAbsent ? 'missing' : 'not_object', `keys: ${keys.join(', ')}`)
    const found = new Map<string, unknown>(isObject ? Object.entries(value) : [])
    const known: ReadonlySet<string> = new Set(keys)
    for (const [key, member] of found) {
      if (known.has(key)) continue
      this.#at(key, member).refuse('key_unknown', `one of ${keys.join(', ')}`)
    }
    const nodes = keys.map((key): [Key, FileNode] => [key, this.#at(key, found.get(key))])
    return Object.fromEntries(nodes) as Record<Key, FileNode>
  }

  /** The items of a list, none where nothing stands; at most `countMax`. */
  items(countMax: number): readonly FileNode[] {
    const { value } = this
    if (this.isAbsent) return []
    if (!Array.isArray(value)) {
      this.refuse('not_list', 'a list')
      return []
    }
    if (value.length > countMax) this.refuse('too_long', `at most ${countMax} items`)
    const items: readonly unknown[] = value.slice(0, countMax)
    return items.map((item, at) => new FileNode(item, `${this.path}[${at}]`, this.#problems))
  }

  /** Text that says something, at most `lengthMax` characters. */
  text(wanted: string, lengthMax = 200): string | null {
    if (this.isAbsent) return this.refuse('missing', wanted)
    const { value } = this
    if (typeof value !== 'string' || value.trim() === '') return this.refuse('not_text', wanted)
    if (value.length > lengthMax) return this.refuse('too_long', `at most ${lengthMax} characters`)
    if (!value.isWellFormed() || value.includes('\u0000')) return this.refuse('not_text', wanted)
    return value.trim()
  }

  id<Kind extends string>(wanted: string): Id<Kind> | null {
    const text = this.text(wanted)
    if (text === null) return null
    const id = parseId<Kind>(text)
    return id.ok ? id.value : this.refuse('id_invalid', 'letters, digits and . _ : ~ -, up to 128')
  }

  whole(least: number, most: number): number | null {
    const { value } = this
    const wanted = `a whole number from ${least} to ${most}`
    if (this.isAbsent) return this.refuse('missing', wanted)
    if (!Number.isSafeInteger(value)) return this.refuse('not_whole', wanted)
    const isWithin = Number(value) >= least && Number(value) <= most
    return isWithin ? Number(value) : this.refuse('out_of_range', wanted)
  }

  flag(whenAbsent: boolean): boolean | null {
    if (this.isAbsent) return whenAbsent
    const { value } = this
    return typeof value === 'boolean' ? value : this.refuse('not_flag', 'true or false')
  }

  /** Basis points of a share such as `12.5%`. */
  percent(): number | null {
    const wanted = 'a share such as 10% or 12.5%'
    if (this.isAbsent) return this.refuse('missing', wanted)
    const match = typeof this.value === 'string' ? PERCENT_PATTERN.exec(this.value.trim()) : null
    if (match === null) return this.refuse('not_percent', wanted)
    const [, whole = '', decimals = ''] = match
    const basisPoints = Number(whole + decimals.padEnd(2, '0'))
    return basisPoints <= 10_000 ? basisPoints : this.refuse('out_of_range', 'at most 100%')
  }

  /** Milliseconds of a length such as `90s`, `15m` or `1h30m`. */
  duration(leastMs: number, mostMs: number): number | null {
    const wanted = `a length such as 90s, 15m, 48h or 1h30m, from ${leastMs / 1000} s`
    const limits = `${wanted} to ${mostMs / 1000} s`
    if (this.isAbsent) return this.refuse('missing', limits)
    const durationMs = typeof this.value === 'string' ? parseDuration(this.value.trim()) : null
    if (durationMs === null) return this.refuse('not_duration', limits)
    const isWithin = durationMs >= leastMs && durationMs <= mostMs
    return isWithin ? durationMs : this.refuse('out_of_range', limits)
  }

  /**
   * Minor units of a decimal such as `24.50`. A number is read by the digits that spell it, so that
   * `9.99` without quotes is 9.99 exactly.
   */
  amount(currency: Currency, leastMinor: 0 | 1): number | null {
    const wanted = `a plain decimal in ${currency} such as 24.50, without separators or symbols`
    if (this.isAbsent) return this.refuse('missing', wanted)
    const { value } = this
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string') return this.refuse('amount_not_decimal', wanted)
    const amount = parseAmount(text.trim(), currency)
    if (!amount.ok) return this.refuse(amount.error.code, wanted)
    return amount.value >= leastMinor ? amount.value : this.refuse('out_of_range', 'above zero')
  }

  #at(key: string, value: unknown): FileNode {
    const path = this.path === '' ? key : `${this.path}.${key}`
    return new FileNode(value, path, this.#problems)
  }
}

/** Milliseconds of `90s`, `15m`, `48h`, `2d` or a sum of such as `1h30m`; `null` for other text. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null
  let sumMs = 0
  for (const [, count, unit = ''] of text.matchAll(/(\d+)([smhd])/g)) {
    sumMs += Number(count) * (DURATION_UNITS_MS[unit] ?? 0)
  }
  return sumMs
}
