import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'

import { zonedToEpochMs } from './zone.ts'

test('a local time is a moment of its zone, in summer and in winter', () => {
  deepEqual(zonedToEpochMs('2026-07-01T12:00:00', 'Europe/Berlin'), {
    ok: true,
    value: Date.UTC(2026, 6, 1, 10),
  })
  deepEqual(zonedToEpochMs('2026-12-01T12:00:00', 'Europe/Berlin'), {
    ok: true,
    value: Date.UTC(2026, 11, 1, 11),
  })
})

test('a time that the clock change repeats or leaves out is refused', () => {
  deepEqual(codeOf('2026-10-25T02:30:00', 'Europe/Berlin'), 'time_ambiguous')
  deepEqual(codeOf('2026-03-29T02:30:00', 'Europe/Berlin'), 'time_skipped')
})

test('what is no time, and what is no zone, is refused', () => {
  deepEqual(codeOf('2026-02-30T12:00:00', 'Europe/Berlin'), 'not_time')
  deepEqual(codeOf('2026-02-01T12:00:00', 'Europe/Bielefeld'), 'time_zone_unknown')
  deepEqual(codeOf('2026-02-01T12:00:00', '+02:00'), 'time_zone_unknown')
  deepEqual(codeOf('2026-02-01T12:00:00', ''), 'time_zone_unknown')
})

function codeOf(text: string, timeZone: string): string | null {
  const moment = zonedToEpochMs(text, timeZone)
  return moment.ok ? null : moment.error.code
}
