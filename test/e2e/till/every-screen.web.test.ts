import { deepEqual } from 'node:assert/strict'
import { after, before, test } from 'node:test'

import type { SmallMarket } from '../../../apps/nightmarket/src/testing/small-market.ts'
import { createProfile, openChromium, type LabBrowser } from '../../../scripts/browser-lab.ts'
import { SCREENS, SEEN_ELSEWHERE, type ScreenName } from './screens.ts'
import { screensSeen } from './till-look.ts'
import { seeAfterSale, seeRefund } from './walk/after-sale.ts'
import { seeChores, seeClosing } from './walk/chores.ts'
import { enrolTill } from './walk/enrolling.ts'
import { seeAnswers, seeSelling } from './walk/selling.ts'
import { seePrinting, seeStorage, seeTrouble } from './walk/trouble.ts'
import { openFullMarket } from './walk/walk.ts'

let market: SmallMarket
let browser: LabBrowser
const profile = createProfile()
const CAMERA = ['--use-fake-device-for-media-stream']

before(async () => {
  market = await openFullMarket()
  browser = await openChromium(profile, CAMERA)
})

after(async () => {
  await browser[Symbol.asyncDispose]()
  profile[Symbol.dispose]()
  await market[Symbol.asyncDispose]()
})

test('everybody can use every screen: by day, in the dark, in the sun, in large type', async () => {
  const walk = await enrolTill(browser, market)
  const promised = await seeSelling(walk)
  await seeAfterSale(walk, walk.seller, promised)
  await seeRefund(walk, await seeAnswers(walk))
  await seeChores(walk)
  await seeTrouble(walk)
  await seePrinting(walk.page)
  await seeClosing(walk)
  await seeStorage(walk)
  const left = Object.keys(SCREENS).filter((name) => !(name in SEEN_ELSEWHERE))
  deepEqual(left.filter((name) => !screensSeen().has(name as ScreenName)), [], 'not looked at')
})
