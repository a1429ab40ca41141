import { deepEqual, equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'

import {
  bundleModule,
  createProfile,
  openChromium,
  type LabBrowser,
} from '../../../scripts/browser-lab.ts'
import type * as lab from './lab-page.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'

type Lab = typeof lab

let market: TillMarket
let code: string

before(async () => {
  code = await bundleModule(join(import.meta.dirname, 'lab-page.ts'))
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

/** A tab on the edge's own address, as the till's page is served from. */
async function openTab({ context }: LabBrowser): Promise<Page> {
  await context.route('**/lab/**', (route) => {
    const isModule = route.request().url().endsWith('.js')
    const contentType = isModule ? 'text/javascript' : 'text/html'
    const body = isModule ? code : '<!doctype html><title>till</title>'
    return route.fulfill({ contentType, body })
  })
  const page = await context.newPage()
  await page.goto(`${market.edgeUrl}/lab/`)
  return page
}

async function call<Name extends keyof Lab>(
  page: Page,
  name: Name,
  ...parameters: Parameters<Lab[Name]>
): Promise<Awaited<ReturnType<Lab[Name]>>> {
  const answer: unknown = await page.evaluate(
    async ([called, given]) => {
      const module = (await import(`${location.origin}/lab/module.js`)) as Record<
        string,
        (...each: unknown[]) => unknown
      >
      return module[called]?.(...given)
    },
    [name, parameters] as const,
  )
  return answer as Awaited<ReturnType<Lab[Name]>>
}

type View = Awaited<ReturnType<Lab['look']>>

/** Wait until what the till would show is so. */
async function until(page: Page, isSo: (view: View) => boolean): Promise<View> {
  for (;;) {
    const view = await call(page, 'look')
    if (isSo(view)) return view
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)))
  }
}

async function enrolmentCode(name: string): Promise<string> {
  const { code: made, url } = await market.enrolment(name)
  ok(url.startsWith(`${market.edgeUrl}/till/#enrol=`), url)
  return made
}

test('a till enrols through an edge, sells, is killed, reopens; its sales are booked', async () => {
  using profile = createProfile()
  const accepted: string[] = []
  let nodeId = ''
  {
    await using browser = await openChromium(profile)
    const page = await openTab(browser)
    const opened = await call(page, 'open', await enrolmentCode('bar'))
    deepEqual([opened.condition, opened.epoch], ['fresh', 1])
    ;({ nodeId } = opened)
    await until(page, ({ units, isSelling }) => isSelling && units > 0)
    const sold = await call(page, 'sell', 'first-sale', 'op')
    deepEqual([sold.answer, sold.isProven], ['accepted', true])
    accepted.push('first-sale')
    const enough = Promise.withResolvers<void>()
    await page.exposeFunction('say', (orderId: string) => {
      accepted.push(orderId)
      if (accepted.length >= 20) enough.resolve()
    })
    page
      .evaluate(async () => {
        const module = (await import(`${location.origin}/lab/module.js`)) as Lab
        const { say } = globalThis as unknown as { say: (orderId: string) => Promise<void> }
        await module.sellForever(say)
      })
      .catch(() => undefined)
    await enough.promise
    await browser.kill()
  }
  await using browser = await openChromium(profile)
  const page = await openTab(browser)
  const again = await call(page, 'open', null)
  deepEqual([again.condition, again.nodeId], ['whole', nodeId])
  for (const orderId of accepted) ok(again.orders.some((order) => order.startsWith(orderId)))
  await until(page, ({ isConnected, unsynced }) => isConnected && unsynced === 0)
  await market.untilBooked(accepted, 'captured')
  await market.nothingIsOff()
  await call(page, 'close')
})

test('unplugged, tills sell and hand over; plugged in, everything is booked once', async () => {
  using here = createProfile()
  using there = createProfile()
  await using giving = await openChromium(here)
  await using taking = await openChromium(there)
  const giver = await openTab(giving)
  const taker = await openTab(taking)
  await call(giver, 'open', await enrolmentCode('bar 2'))
  const { nodeId, epoch } = await call(taker, 'open', await enrolmentCode('bar 3'))
  const { pin, operatorId } = market.steward
  const signedIn = await call(giver, 'signIn', 'Ada', pin)
  deepEqual(signedIn, { operatorId, role: 'steward', isRight: true })
  equal((await call(giver, 'signIn', 'Ada', '000000')).isRight, pin === '000000')
  await until(giver, ({ units }) => units > 2)
  await until(taker, ({ isSelling }) => isSelling)
  for (const { context } of [giving, taking]) await context.setOffline(true)
  await until(giver, ({ isConnected }) => !isConnected)
  const before = await call(giver, 'look')
  const slip = await call(giver, 'handOver', 'slip-1', nodeId, epoch)
  ok(slip !== null)
  equal(await call(taker, 'take', slip), 1)
  equal(await call(taker, 'take', slip), 1)
  const ids = ['offline-1', 'offline-2']
  equal((await call(giver, 'sell', 'offline-1', operatorId)).answer, 'accepted')
  equal((await call(taker, 'sell', 'offline-2', operatorId)).answer, 'accepted')
  equal(await call(giver, 'payOut', 'offline-1', operatorId), 'done')
  equal(await call(giver, 'payOut', 'offline-1', operatorId), 'paid_out_already')
  const offline = await call(giver, 'look')
  deepEqual([offline.units, offline.drawerMinor], [before.units - 2, 0])
  deepEqual(offline.verdicts, ['queued'])
  ok(offline.unsynced >= 3)
  for (const { context } of [giving, taking]) await context.setOffline(false)
  await until(taker, ({ unsynced, isConnected }) => isConnected && unsynced === 0)
  const synced = await until(giver, ({ verdicts }) => verdicts[0] === 'done')
  ok(synced.orders.includes('offline-1 refunded'))
  deepEqual(await market.booked(ids), ['refunded', 'captured'])
  await call(taker, 'closeForGood')
  await market.nothingIsOff()
  await call(giver, 'close')
  await call(taker, 'close')
})
