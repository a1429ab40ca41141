import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import type { Offer, OfferId } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { openDecisionFile } from '../host/decision-file.ts'
import { OPERATOR, openEveningEdge, orderOf, type EveningEdge } from '../testing/evening-edge.ts'
import type { OfferDecision } from './decision.ts'

const { dropId, mug } = EVENING

function offerOf(fields: Partial<Offer>): Offer {
  return {
    offerId: 'owl' as OfferId,
    dropId,
    variantIds: [mug],
    discountBasisPoints: 1_000,
    fromMs: 0,
    untilMs: EVENING.endMs,
    needsConsent: false,
    audienceBasisPoints: 10_000,
    unitsMax: 1,
    ...fields,
  }
}

async function openWith(offer: Partial<Offer>, deps = {}): Promise<EveningEdge> {
  const release = { ...releaseOfEvening(), offers: [offerOf(offer)] }
  return openEveningEdge({ units: 4, release, deps })
}

async function ask(
  evening: EveningEdge,
  { buyerId = 'ann', hasConsent = false, dwellMs = 0 } = {},
): Promise<{ offerId: string | null; token: string }> {
  const consent = { personalOffers: hasConsent }
  const json = { buyerId, dropId, variantIds: [mug], dwellMs, consent }
  const response = await evening.client.v1.offers.$post({ json })
  if (response.status !== 200) throw new Error(`no offers: ${response.status}`)
  const [offer] = (await response.json()).offers
  if (offer === undefined) throw new Error('no offer')
  return offer
}

test('[OD1] a rule is asked with the stock of the moment', async () => {
  await using evening = await openWith({ when: 'stock.unitsHere < 4' })
  const first = await ask(evening)
  equal(first.offerId, null)
  await evening.post('/v1/orders', orderOf('o1', first.token))
  equal((await ask(evening)).offerId, 'owl')
})

test('[OD1] without consent a rule sees nobody; with it, how long they stay', async () => {
  const when = 'viewer.dwellSeconds >= 60'
  await using evening = await openWith({ when, needsConsent: true })
  equal((await ask(evening, { dwellMs: 90_000 })).offerId, null)
  equal((await ask(evening, { dwellMs: 59_000, hasConsent: true })).offerId, null)
  equal((await ask(evening, { dwellMs: 60_000, hasConsent: true })).offerId, 'owl')
})

test('[OD1] an offer ends with its cap, and with its budget', async () => {
  for (const limit of [{ unitsSoldMax: 2 }, { budgetMinor: 250 }]) {
    await using evening = await openWith(limit)
    for (const order of ['o1', 'o2']) {
      const { offerId, token } = await ask(evening, { buyerId: order })
      equal(offerId, 'owl')
      equal((await evening.post('/v1/orders', orderOf(order, token))).status, 201)
    }
    const { givenMinor, unitsSold } = evening.stall.state.offerTallies.get('owl' as OfferId) ?? {}
    deepEqual([unitsSold, givenMinor], [2, 250])
    equal((await ask(evening)).offerId, null, JSON.stringify(limit))
  }
})

test('[OD2] each decision is kept with what it saw, and names no viewer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-decisions-'))
  try {
    const onFault = (error: unknown) => {
      throw error
    }
    await using decisions = openDecisionFile(join(folder, 'decisions.log'), { onFault })
    const rule = { when: 'stock.unitsHere > 1', audienceBasisPoints: 5_000 }
    await using evening = await openWith(rule, { decisions })
    await ask(evening, { buyerId: 'somebody-in-particular', hasConsent: true, dwellMs: 5_000 })
    await ask(evening, { buyerId: 'somebody-in-particular' })
    equal((await evening.request('/v1/offers/decisions')).status, 401)
    const headers = { authorization: OPERATOR }
    const answer = await evening.request('/v1/offers/decisions?count=5', { headers })
    const text = await answer.text()
    ok(!text.includes('somebody'), text)
    const { decisions: kept } = JSON.parse(text) as { decisions: readonly OfferDecision[] }
    const [personal, plain] = kept
    equal(kept.length, 2)
    equal(personal?.variants[0]?.propensity, 0.5)
    deepEqual(personal?.variants[0]?.eligible, ['owl'])
    equal(personal?.variants[0]?.saw?.stock.unitsHere, 4)
    equal(personal?.variants[0]?.saw?.viewer.dwellSeconds, 5)
    deepEqual([plain?.variants[0]?.propensity, plain?.variants[0]?.offerId], [1, null])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('[OD2] the file is put aside when it is full, and is no larger than two', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-decisions-'))
  try {
    const path = join(folder, 'decisions.log')
    const faults: unknown[] = []
    const onFault = (error: unknown) => void faults.push(error)
    await using decisions = openDecisionFile(path, { onFault, bytesMax: 1_000 })
    const one = { releaseNumber: 1, dropId: 'main', hasConsent: false, variants: [] }
    for (let atMs = 0; atMs < 100; atMs += 1) {
      decisions.append({ ...one, atMs })
      await decisions.latest(1)
    }
    const kept = await decisions.latest(1_000)
    equal(kept.at(-1)?.atMs, 99)
    ok(kept.length > 10 && kept.length < 30, `${kept.length}`)
    ok(statSync(path).size <= 1_000 && statSync(`${path}.1`).size <= 1_000)
    deepEqual(faults, [])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
