import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'

import { TALLY_NONE, type OfferFacts } from '@nightmarket/kernel'

import { createOfferRules } from './offer-rule.ts'

const rules = createOfferRules()

const FACTS: OfferFacts = {
  show: { elapsedSeconds: 600, leftSeconds: 3_000, segment: 'middle' },
  drop: { elapsedSeconds: 60, leftSeconds: 30, lineLength: 4 },
  stock: { unitsHere: 7 },
  offer: { ...TALLY_NONE, unitsSold: 3 },
  viewer: { dwellSeconds: 125, unitsBought: 0 },
}

test('[CE1] a rule over the facts is taken, and holds or does not', () => {
  const asked: readonly (readonly [string, boolean])[] = [
    ['stock.unitsHere < 8 && show.segment == "middle"', true],
    ['drop.leftSeconds > 30 || offer.unitsSold >= 3', true],
    ['viewer.dwellSeconds >= 120 && viewer.unitsBought == 0', true],
    ['show.segment in ["opening", "finale"]', false],
    ['drop.lineLength * 2 > stock.unitsHere + 1', false],
  ]
  for (const [rule, holds] of asked) {
    equal(rules.check(rule).problem, null, rule)
    equal(rules.holdsFor(rule, FACTS), holds, rule)
  }
})

test('[CE1] what is no rule is refused with what is wrong', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['stock.unitsHere <', /reads: .*EOF/],
    ['stock.unitsHer < 5', /unitsHer.*stock\.unitsHere/],
    ['weather.rain', /weather/],
    ['show.segment > 5', /no such overload/],
    ['stock.unitsHere + 1', /true or false, not int/],
    ['x'.repeat(10_000), /CEL/],
    [Array.from({ length: 500 }, () => 'true').join(' && '), /CEL/],
  ]
  for (const [rule, wrong] of refused) match(rules.check(rule).problem ?? '', wrong, rule)
})

test('[CE2] what fails while it is asked does not hold', () => {
  const rule = '10 / offer.givenMinor > 1'
  equal(rules.check(rule).problem, null)
  equal(rules.holdsFor(rule, FACTS), false)
})

test('[CE3] a rule that reads the viewer anywhere is known to', () => {
  const personal = (rule: string) => rules.check(rule).readsViewer
  deepEqual(
    [
      'viewer.dwellSeconds > 5',
      'stock.unitsHere > 1 && !(show.leftSeconds > 5 ? false : viewer.unitsBought in [1, 2])',
      'stock.unitsHere > 1',
      'show.segment == "viewer"',
    ].map(personal),
    [true, true, false, false],
  )
})
