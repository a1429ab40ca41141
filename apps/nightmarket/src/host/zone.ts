import { err, ok, type Result, type TimeRejection, type ToEpochMs } from '@nightmarket/kernel'

/**
 * The moment of a local time in an IANA zone, by the platform's calendar. A time that a clock
 * change repeats or leaves out is refused: nobody knows which one was meant.
 */
export const zonedToEpochMs: ToEpochMs = (text, timeZone): Result<number, TimeRejection> => {
  if (!isTimeZone(timeZone)) return err({ code: 'time_zone_unknown' })
  const local = parseLocal(text)
  if (local === null) return err({ code: 'not_time' })
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return ok(earlier.epochMilliseconds)
  const isRepeated = earlier.toPlainDateTime().equals(local)
  return err({ code: isRepeated ? 'time_ambiguous' : 'time_skipped' })
}

function parseLocal(text: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function isTimeZone(name: string): boolean {
  try {
    // An offset such as `+02:00` is accepted here too, but says nothing of summer and winter.
    const format = new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Za-z]/.test(format.resolvedOptions().timeZone)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
