import { deepEqual, equal, ok as isTrue } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { CatalogueVariant } from '../catalogue/catalogue-lookup.ts'
import type { ItemId, VariantId } from '../id.ts'
import { err, ok } from '../result.ts'
import { parseDuration } from './file-node.ts'
import { releaseId } from './release-id.ts'
import type { Release } from './release.ts'
import { SALE_TERMS_DEFAULT } from './sale-terms.ts'
import { compileRelease, SPLIT_DEFAULT } from './show-file.ts'
import type { ShowFileProblem } from './show-file-problem.ts'
import type { TimeRejection, ToEpochMs } from './show-time.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const START_MS = Date.UTC(2026, 10, 28, 17)
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

type Value = unknown
type Members = Record<string, Value>

describe('a show file', () => {
  test('[RE15] the least that can be said gets a default for all the rest', () => {
    const release = compiled(fileOf({}))
    deepEqual(release.terms, SALE_TERMS_DEFAULT)
    deepEqual(release.split, SPLIT_DEFAULT)
    deepEqual(release.show.languages, ['en'])
    deepEqual(release.drops, [
      {
        dropId: 'table',
        title: 'Table',
        opensAtMs: START_MS,
        closesAtMs: START_MS + 4 * HOUR_MS,
        listings: [
          {
            variantId: 'mug',
            priceMinor: 1850,
            units: null,
            perCustomer: null,
            priceWindows: [],
          },
        ],
      },
    ])
  })

  test('[RE15] terms that are said count, the others stay', () => {
    const terms = { token: '2m', hold: '90s', fallbackVoucher: 5, deferred: { sum: '99.90' } }
    const { terms: found } = compiled(fileOf({ terms }))
    const deferred = { ...SALE_TERMS_DEFAULT.deferred, sumMinorMax: 9990 }
    const said = { tokenMs: 120_000, holdMs: 90_000, fallbackVoucherMinor: 500, deferred }
    deepEqual(found, { ...SALE_TERMS_DEFAULT, ...said })
    const tooLong = problemsOf(fileOf({ terms: { deferred: { age: '24h' } } }))
    deepEqual(pathsOf(tooLong), ['terms.deferred.age out_of_range'])
  })

  test('[RE22] a wallet names its amount, and tips or purchases within it', () => {
    const wallet = { amount: 20, tips: [1, '2.50'], purchase: 5 }
    const { terms } = compiled(fileOf({ terms: { wallet } }))
    const said = { amountMinor: 2_000, tipsMinor: [100, 250], purchaseMinorMax: 500 }
    deepEqual(terms, { ...SALE_TERMS_DEFAULT, wallet: said })
    const wrong = problemsOf(fileOf({ terms: { wallet: { amount: 2, tips: [3], purchase: 2 } } }))
    deepEqual(pathsOf(wrong), ['terms.wallet.tips[0] out_of_range'])
    const idle = problemsOf(fileOf({ terms: { wallet: { amount: 2 } } }))
    deepEqual(pathsOf(idle), ['terms.wallet missing'])
  })

  test('[RE16] the same file with fixed times is the same release, one with now is not', () => {
    const id = (file: Value, nowMs: number) => releaseId(compiled(file, nowMs), digest)
    equal(id(fileOf({}), START_MS), id(fileOf({}), START_MS + HOUR_MS))
    const relative = fileOf({ show: { ...SHOW, startsAt: 'now', endsAt: 'start+4h' } })
    equal(id(relative, START_MS), id(relative, START_MS + 999))
    equal(id(relative, START_MS) === id(relative, START_MS + 1_000), false)
  })

  test('[RE9] every problem names its path, the value and what would be right', () => {
    const listing = { variant: 'mug', units: -1, price: '1,299.00', perCustomre: 2 }
    const drop = { id: 'a b', title: 'Table', listings: [{ variant: 'pot' }, listing] }
    const problems = problemsOf(fileOf({ drops: [drop], currency: 'EURO', shows: [] }))
    deepEqual(pathsOf(problems), [
      'shows key_unknown',
      'currency currency_unknown',
      'drops[0].id id_invalid',
      'drops[0].listings[0].variant variant_unknown',
      'drops[0].listings[1].perCustomre key_unknown',
      'drops[0].listings[1].price amount_not_decimal',
      'drops[0].listings[1].units out_of_range',
    ])
    deepEqual(problems.at(-1), {
      path: 'drops[0].listings[1].units',
      code: 'out_of_range',
      value: '-1',
      wanted: 'a whole number from 1 to 1000000',
    })
  })

  test('[RE9] no input makes it throw, and it never accepts without a drop', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (input) => {
        const found = compileRelease(input, optionsAt(START_MS))
        return !found.ok && found.error.length > 0
      }),
    )
    const shapes = fc.oneof(fc.anything(), fc.constantFrom('now', '10%', '5m', 'mug', 9.99, []))
    const keys = ['show', 'drops', 'offers', 'split', 'terms', 'currency', 'format']
    fc.assert(
      fc.property(fc.constantFrom(...keys), shapes, (key, value) => {
        const found = compileRelease(fileOf({ [key]: value }), optionsAt(START_MS))
        return found.ok || found.error.every(({ path }) => path.startsWith(key))
      }),
    )
  })

  test('[RE9] a key of an object’s prototype is only a key that nobody reads', () => {
    const file: Value = JSON.parse(JSON.stringify(fileOf({})).replace('{', '{"__proto__":{},'))
    deepEqual(pathsOf(problemsOf(file)), ['__proto__ key_unknown'])
  })
})

describe('times', () => {
  const drop = (fields: Members) => fileOf({ drops: [{ ...DROP, ...fields }] })
  const span = (fields: Members) => {
    const [found] = compiled(drop(fields)).drops
    const times = [found?.opensAtMs ?? 0, found?.closesAtMs ?? 0]
    return times.map((timeMs) => (timeMs - START_MS) / MINUTE_MS)
  }

  test('[RE10] a drop is open from a time, a length, or an anchor with a length', () => {
    deepEqual(span({ opensAt: '2026-11-28T18:10', duration: '90s' }), [10, 11.5])
    deepEqual(span({ opensAt: '2026-11-28 18:10:30', closesAt: 'end-1h30m' }), [10.5, 150])
    deepEqual(span({ opensAt: 'start+5m', closesAt: 'open + 10m' }), [5, 15])
    deepEqual(span({ opensAt: 'now+1m' }), [1, 240])
  })

  test('[RE10] a drop lies inside its show and ends after it starts', () => {
    const code = (fields: Members) => pathsOf(problemsOf(drop(fields)))
    deepEqual(code({ opensAt: '2026-11-28T17:59' }), ['drops[0] outside_show'])
    deepEqual(code({ closesAt: 'end+1s' }), ['drops[0] outside_show'])
    deepEqual(code({ opensAt: 'start+5m', closesAt: 'start+5m' }), [
      'drops[0].closesAt ends_before_start',
    ])
    deepEqual(code({ duration: '5m', closesAt: 'end' }), ['drops[0].duration duplicate'])
    deepEqual(code({ duration: 90 }), ['drops[0].duration not_duration'])
    deepEqual(code({ opensAt: 'close-5m' }), ['drops[0].opensAt not_time'])
    deepEqual(code({ opensAt: '2026-11-28T18:10Z' }), ['drops[0].opensAt not_time'])
  })

  test('[RE10] a refused show time is named once, not again by each drop', () => {
    const show = { ...SHOW, startsAt: 'tomorrow' }
    deepEqual(pathsOf(problemsOf(fileOf({ show }))), ['show.startsAt not_time'])
    const backwards = { ...SHOW, endsAt: '2026-11-28T17:00' }
    deepEqual(pathsOf(problemsOf(fileOf({ show: backwards }))), ['show.endsAt ends_before_start'])
  })

  test('[RE9] what the zone refuses is named: a skipped, repeated or unreal time, no zone', () => {
    const code = (fields: Members) => pathsOf(problemsOf(fileOf({ show: { ...SHOW, ...fields } })))
    deepEqual(code({ startsAt: '2027-03-28T02:30', endsAt: 'start+1h' }), [
      'show.startsAt time_skipped',
    ])
    deepEqual(code({ startsAt: '2026-10-25T02:30', endsAt: 'start+1h' }), [
      'show.startsAt time_ambiguous',
    ])
    deepEqual(code({ startsAt: '2026-02-30T18:00' }), ['show.startsAt not_time'])
    const zone = code({ timeZone: 'Europe/Atlantis', startsAt: 'now', endsAt: 'start+1h' })
    deepEqual(zone, ['show.timeZone time_zone_unknown'])
  })

  test('a length is a sum of days, hours, minutes and seconds', () => {
    const lengths = ['90s', '15m', '48h', '2d', '1h30m', '0s', '90', '1.5h', '-5m', '', 'm', '5 m']
    deepEqual(lengths.map(parseDuration), [
      90_000,
      15 * MINUTE_MS,
      48 * HOUR_MS,
      48 * HOUR_MS,
      90 * MINUTE_MS,
      0,
      ...Array.from({ length: 6 }, () => null),
    ])
  })
})

describe('listings', () => {
  const listings = (...found: readonly Value[]) => fileOf({ drops: [{ ...DROP, listings: found }] })

  test('[RE11] a listing names a variant by id or SKU, at its price or the catalogue’s', () => {
    const file = listings({ variant: 'M-1', price: 9.99, units: 3 }, { variant: 'tea' })
    const { drops, variants } = compiled(file)
    const prices = drops[0]?.listings.map(({ variantId, priceMinor }) => [variantId, priceMinor])
    deepEqual(prices, [['mug', 999], ['tea', 850]])
    deepEqual(variants.map(({ title }) => title), ['Title of mug', 'Title of tea'])
    deepEqual(pathsOf(problemsOf(listings({ variant: 'mug' }, { variant: 'M-1' }))), [
      'drops[0].listings[1] duplicate',
    ])
    deepEqual(pathsOf(problemsOf(listings({ variant: 'yen' }))), [
      'drops[0].listings[0].variant currency_differs',
    ])
    deepEqual(pathsOf(problemsOf(listings({ variant: 'mug', price: 0 }))), [
      'drops[0].listings[0].price out_of_range',
    ])
    deepEqual(pathsOf(problemsOf(listings())), ['drops[0].listings missing'])
  })

  test('[RE12] a bundle consumes each component times its quantity', () => {
    const bundle = [{ variant: 'mug', quantity: 2 }, { variant: 'tea' }, { variant: 'M-1' }]
    const listing = { variant: 'set', title: 'Set', price: '42', bundle }
    const { variants } = compiled(listings(listing))
    deepEqual(variants[0]?.components, [
      { itemId: 'mug', quantity: 3 },
      { itemId: 'tea', quantity: 1 },
    ])
    const code = (fields: Members) => pathsOf(problemsOf(listings({ ...listing, ...fields })))
    const at = 'drops[0].listings[0]'
    deepEqual(code({ variant: 'mug' }), [`${at}.variant bundle_conflict`])
    deepEqual(code({ price: undefined }), [`${at}.price missing`])
    deepEqual(code({ title: undefined }), [`${at}.title missing`])
    deepEqual(code({ bundle: [{ variant: 'set' }] }), [`${at}.bundle[0].variant variant_unknown`])
    deepEqual(code({ bundle: [] }), [`${at}.bundle missing`])
    const other = { id: 'late', title: 'Late', listings: [{ ...listing, title: 'Other set' }] }
    const twice = fileOf({ drops: [{ ...DROP, listings: [listing] }, other] })
    deepEqual(pathsOf(problemsOf(twice)), ['drops[1].listings[0].variant bundle_conflict'])
  })

  test('[RE13] price windows lie inside the drop and do not overlap', () => {
    const windows = (...priceWindows: readonly Value[]) =>
      listings({ variant: 'mug', priceWindows })
    const first = { from: 'open', until: 'open+20m', price: 15 }
    const [drop] = compiled(windows(first, { from: 'open+20m', price: 12 })).drops
    deepEqual(
      drop?.listings[0]?.priceWindows.map(({ fromMs, untilMs, priceMinor }) => [
        (fromMs - START_MS) / MINUTE_MS,
        (untilMs - START_MS) / MINUTE_MS,
        priceMinor,
      ]),
      [[0, 20, 1500], [20, 240, 1200]],
    )
    const at = 'drops[0].listings[0].priceWindows[1]'
    const code = (fields: Members) =>
      pathsOf(problemsOf(windows(first, { from: 'open+30m', price: 12, ...fields })))
    deepEqual(code({ from: 'open+19m' }), [`${at} overlap`])
    deepEqual(code({ until: 'close+1s' }), [`${at} outside_drop`])
    deepEqual(code({ until: 'open+30m' }), [`${at} ends_before_start`])
  })
})

describe('offers and split', () => {
  const offer = { id: 'regulars', drop: 'table', discount: '12.5%' }
  const offers = (...found: readonly Value[]) => fileOf({ offers: found })

  test('[RE17] an offer is for one drop, by default for all of it and for everybody', () => {
    deepEqual(compiled(offers(offer)).offers, [
      {
        offerId: 'regulars',
        dropId: 'table',
        variantIds: ['mug'],
        fromMs: START_MS,
        untilMs: START_MS + 4 * HOUR_MS,
        discountBasisPoints: 1250,
        needsConsent: false,
        audienceBasisPoints: 10_000,
        unitsMax: 1,
      },
    ])
    const code = (fields: Members) => pathsOf(problemsOf(offers({ ...offer, ...fields })))
    deepEqual(code({ drop: 'none' }), ['offers[0].drop drop_unknown'])
    deepEqual(code({ variants: ['mug', 'tea'] }), ['offers[0].variants[1] listing_unknown'])
    deepEqual(code({ discount: '100%' }), ['offers[0].discount out_of_range'])
    deepEqual(code({ discount: 10 }), ['offers[0].discount not_percent'])
    deepEqual(code({ audience: '101%' }), ['offers[0].audience out_of_range'])
    deepEqual(code({ needsConsent: 'yes' }), ['offers[0].needsConsent not_flag'])
    deepEqual(code({ unitsMax: 1.5 }), ['offers[0].unitsMax not_whole'])
    deepEqual(code({ until: 'end+1s' }), ['offers[0] outside_drop'])
    deepEqual(pathsOf(problemsOf(offers(offer, offer))), ['offers[1] duplicate'])
    deepEqual(compiled(offers({ ...offer, variants: ['M-1'] })).offers[0]?.variantIds, ['mug'])
  })

  test('[RE20] an offer’s rule is checked, and one that reads the viewer needs consent', () => {
    const when = 'stock.unitsHere < 5'
    const [found] = compiled(offers({ ...offer, when, cap: 20, budget: '50.00' })).offers
    deepEqual([found?.when, found?.unitsSoldMax, found?.budgetMinor], [when, 20, 5_000])
    equal(found?.needsConsent, false)
    const personal = compiled(offers({ ...offer, when: 'viewer.dwellSeconds > 60' })).offers[0]
    equal(personal?.needsConsent, true)
    const code = (fields: Members) => pathsOf(problemsOf(offers({ ...offer, ...fields })))
    deepEqual(code({ when: 'wrong' }), ['offers[0].when rule_invalid'])
    deepEqual(code({ when: 5 }), ['offers[0].when not_text'])
    deepEqual(code({ cap: 0 }), ['offers[0].cap out_of_range'])
    deepEqual(code({ budget: 0 }), ['offers[0].budget out_of_range'])
    const { checkRule: _, ...unchecked } = optionsAt(START_MS)
    equal(compileRelease(offers({ ...offer, when }), unchecked).ok, false)
  })

  test('[RE14] the shares are all of the sale, each party once', () => {
    const split = (...shares: readonly (readonly [string, string])[]) =>
      fileOf({ split: shares.map(([party, share]) => ({ party, share })) })
    deepEqual(compiled(split(['a', '82%'], ['b', '15.5%'], ['c', '2.5%'])).split, [
      { partyId: 'a', basisPoints: 8200 },
      { partyId: 'b', basisPoints: 1550 },
      { partyId: 'c', basisPoints: 250 },
    ])
    const [problem] = problemsOf(split(['a', '80%'], ['b', '19%']))
    deepEqual([problem?.code, problem?.wanted], [
      'split_not_whole',
      'shares that add up to 100 %, not 99 %',
    ])
    deepEqual(pathsOf(problemsOf(split(['a', '50%'], ['a', '50%']))), ['split[1].party duplicate'])
  })
})

const SHOW = {
  id: 'night',
  title: 'Night',
  startsAt: '2026-11-28T18:00',
  endsAt: '2026-11-28T22:00',
  timeZone: 'Europe/Berlin',
  place: 'Quay',
}
const DROP = { id: 'table', title: 'Table', listings: [{ variant: 'mug' }] }

function fileOf(fields: Members): Value {
  return { show: SHOW, drops: [DROP], ...fields }
}

function compiled(file: Value, nowMs = START_MS): Release {
  const found = compileRelease(file, optionsAt(nowMs))
  isTrue(found.ok, JSON.stringify(found))
  return found.value
}

function problemsOf(file: Value): readonly ShowFileProblem[] {
  const found = compileRelease(file, optionsAt(START_MS))
  isTrue(!found.ok, 'the file is refused')
  return found.error
}

function pathsOf(problems: readonly ShowFileProblem[]): readonly string[] {
  return problems.map(({ path, code }) => `${path} ${code}`)
}

function optionsAt(nowMs: number) {
  return { lookup, toEpochMs, nowMs, currency: 'EUR', checkRule }
}

function checkRule(rule: string) {
  const problem = rule === 'wrong' ? 'CEL that reads' : null
  return { problem, readsViewer: rule.includes('viewer') }
}

function lookup(reference: string): CatalogueVariant | null {
  const known: Record<string, [id: string, priceMinor: number, currency: string]> = {
    mug: ['mug', 1850, 'EUR'],
    'M-1': ['mug', 1850, 'EUR'],
    tea: ['tea', 850, 'EUR'],
    yen: ['yen', 100, 'JPY'],
  }
  if (!Object.hasOwn(known, reference)) return null
  const [id, priceMinor, currency] = known[reference] ?? ['', 0, '']
  const text = { title: `Title of ${id}`, sku: null, barcode: null, imageUrl: null }
  return { ...text, variantId: id as VariantId, itemId: id as ItemId, priceMinor, currency }
}

/** What a shell brings: the calendar of the runtime, which refuses to guess. */
function toEpochMs(...[text, timeZone]: Parameters<ToEpochMs>): ReturnType<ToEpochMs> {
  const refuse = (code: TimeRejection['code']) => err({ code })
  let local: Temporal.PlainDateTime
  try {
    local = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch {
    return refuse('not_time')
  }
  try {
    const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
    const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
    if (earlier.epochMilliseconds === later.epochMilliseconds) return ok(later.epochMilliseconds)
    return refuse(later.toPlainDateTime().equals(local) ? 'time_ambiguous' : 'time_skipped')
  } catch {
    return refuse('time_zone_unknown')
  }
}
