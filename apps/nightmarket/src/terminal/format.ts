import { formatAmount, type Currency } from '@nightmarket/kernel'

/** Money as people write it, exact to the minor unit: `€9.90`. */
export function money(amountMinor: number, currency: Currency): string {
  const exact = formatAmount(amountMinor, currency) as `${number}`
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(exact)
}

/** A count with its groups: `12,500`. */
export function count(value: number): string {
  return new Intl.NumberFormat().format(value)
}

/** A count with its noun: `1 order`, `3 orders`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A moment in the time zone of the machine, or of `timeZone`, to the second. */
export function time(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs)
}

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
]

/** A moment from now, in the largest unit that fits: `in 5 minutes`, `2 hours ago`. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distanceMs = atMs - nowMs
  const [unitMs, unit] = STEPS.find(([size]) => Math.abs(distanceMs) >= size) ?? [1_000, 'second']
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
  return format.format(Math.round(distanceMs / unitMs), unit)
}

/** The first characters of a long id, enough to tell it apart on a screen. */
export function shortId(id: string): string {
  return id.length <= 16 ? id : `${id.slice(0, 12)}…`
}
