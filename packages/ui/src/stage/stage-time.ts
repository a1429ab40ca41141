import { moneyText } from '../money-text.ts'
import type { StageSite } from './stage-facts.ts'

/** An amount in the viewer's language. */
export function priceText(site: Pick<StageSite, 'currency' | 'language'>, amountMinor: number) {
  return moneyText({ amountMinor, currency: site.currency }, site.language)
}

/** A moment as the show's place reads it: the time alone when it is today. */
export function whenText(
  site: Pick<StageSite, 'language' | 'timeZone' | 'nowMs'>,
  atMs: number,
): string {
  const { language, timeZone } = site
  const day = new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium' })
  const time = new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'short' })
  const isToday = day.format(atMs) === day.format(site.nowMs)
  return isToday ? time.format(atMs) : `${day.format(atMs)}, ${time.format(atMs)}`
}

/** What is left of a countdown: `1:05`, or `2:03:09` from an hour on; never below zero. */
export function countdownText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000))
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${two(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0(?=\d)/, '')
}
