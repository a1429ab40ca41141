import { deepEqual, equal, ok } from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'

import { createProfile, openChromium, type LabBrowser } from '../../../scripts/browser-lab.ts'
import { assertAccessible } from './till-look.ts'
import { openTillMarket, type TillMarket } from './till-market.ts'
import {
  openNewTill,
  openTill,
  ordersIn,
  sellMany,
  sellMug,
  signIn,
  untilKept,
} from './till-page.ts'

let market: TillMarket

before(async () => {
  market = await openTillMarket()
})

after(() => market[Symbol.asyncDispose]())

interface Nodes {
  readonly nodes: readonly {
    readonly nodeId: string
    readonly name: string
    readonly epoch: number
    readonly state: string
  }[]
}

async function nodeCalled(name: string) {
  const { nodes } = await market.market.ask<Nodes>('nodes')
  const found = nodes.find((node) => node.name === name)
  ok(found !== undefined, `${name} is a node`)
  return found
}

function openKnownTill(browser: LabBrowser): Promise<Page> {
  return openTill(browser, `${market.edgeUrl}/till/`)
}

async function untilSynced(page: Page): Promise<void> {
  await page.locator('[data-unsynced="0"]').waitFor()
}

/** Open the address of a new code for a node that is known, where its till runs or ran. */
async function enrolAgain(page: Page, nodeId: string, name: string): Promise<void> {
  const { url } = await market.enrolment(name, '--node', nodeId)
  await page.goto('about:blank')
  await page.goto(url)
  await page.locator('input[name=name]').fill(name)
  await page.getByRole('button', { name: 'Enrol' }).click()
  await signIn(page, market.steward)
}

test('a till whose storage was cleared says so, and goes on under a new epoch', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const page = await openNewTill(browser, market, { name: 'cleared' })
  const before = await sellMug(page)
  await untilSynced(page)
  const { nodeId, epoch } = await nodeCalled('cleared')
  // A page of the till's origin on which the app does not run.
  await page.goto(`${market.edgeUrl}/till/icon.svg`)
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase('till')
        deleting.onsuccess = () => resolve()
        deleting.onerror = () => reject(deleting.error)
      }),
  )
  await page.goto(`${market.edgeUrl}/till/`)
  await page.getByRole('alert').waitFor()
  await enrolAgain(page, nodeId, 'cleared')
  deepEqual(await ordersIn(page), [])
  const again = await sellMug(page)
  await untilSynced(page)
  equal((await nodeCalled('cleared')).epoch, epoch + 1)
  await market.untilBooked([before, again], 'captured')
  await market.nothingIsOff()
})

test('a copied profile is found out, loses nothing, and goes on under a new epoch', async () => {
  using profile = createProfile()
  using copy = createProfile()
  {
    await using browser = await openChromium(profile)
    const page = await openNewTill(browser, market, { name: 'copied' })
    await sellMug(page)
    await untilSynced(page)
    await untilKept(page)
  }
  const { nodeId, epoch } = await nodeCalled('copied')
  const filter = (path: string) => !path.includes('Singleton')
  cpSync(profile.path, copy.path, { recursive: true, filter })
  await using first = await openChromium(profile)
  await using second = await openChromium(copy)
  const [one, other] = [await openKnownTill(first), await openKnownTill(second)]
  for (const page of [one, other]) await signIn(page, market.steward)
  for (const { context } of [first, second]) await context.setOffline(true)
  const here = await sellMug(one)
  const there = await sellMug(other)
  await first.context.setOffline(false)
  await untilSynced(one)
  await second.context.setOffline(false)
  await other.locator('.trouble[data-reason=quarantined]').waitFor()
  await assertAccessible(other, 'trouble.quarantined')
  equal((await nodeCalled('copied')).state, 'quarantined')
  // The branch that came first is booked; the buyer of the other one has a person who decides.
  await market.untilBooked([here], 'captured')
  await market.untilBooked([there], 'rescue')
  await enrolAgain(other, nodeId, 'copied')
  equal((await nodeCalled('copied')).epoch, epoch + 1)
  const anew = await sellMug(other)
  await market.untilBooked([anew], 'captured')
  await one.locator('.trouble[data-reason=retired]').waitFor()
  await assertAccessible(one, 'trouble.retired')
})

/** Fill what this origin may store, to the last kilobyte. */
async function fillStorage(): Promise<void> {
  const opening = indexedDB.open('filler')
  opening.onupgradeneeded = () => opening.result.createObjectStore('noise', { autoIncrement: true })
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const put = (bytes: number) =>
    new Promise<boolean>((resolve) => {
      const transaction = opening.result.transaction('noise', 'readwrite')
      transaction.oncomplete = () => resolve(true)
      transaction.onabort = () => resolve(false)
      const noise = new Uint8Array(bytes)
      for (let at = 0; at < bytes; at += 65_536) {
        crypto.getRandomValues(noise.subarray(at, at + 65_536))
      }
      transaction.objectStore('noise').put(noise)
    })
  for (let bytes = 1_000_000; bytes > 500; bytes = Math.floor(bytes / 4)) {
    let hasRoom = true
    while (hasRoom) hasRoom = await put(bytes)
  }
}

test('a full disk refuses the next sale in words; every sale before it is there', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  const blank = await browser.context.newPage()
  const devtools = await browser.context.newCDPSession(blank)
  const { origin } = new URL(market.edgeUrl)
  // Before the first write: Chromium remembers for a while how much room there was.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 12_000_000 })
  const page = await openNewTill(browser, market, { name: 'full' })
  const sold: string[] = []
  await sellMany(page, 3, (orderId) => sold.push(orderId))
  await page.evaluate(fillStorage)
  await page.locator('.tiles button').first().click()
  await page.locator('.counter button.main').click()
  await page.locator('.tenders button').first().click()
  await page.locator('.counter h1.bad').waitFor()
  await page.locator('.trouble[data-reason=storage]').waitFor()
  await assertAccessible(page, 'trouble.storage')
  await devtools.send('Storage.overrideQuotaForOrigin', { origin })
  await page.reload()
  await signIn(page, market.steward)
  deepEqual(await ordersIn(page), sold)
  sold.push(await sellMug(page))
  await market.untilBooked(sold, 'captured')
})

test('a till whose storage does not open says so, and offers to try again', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  await browser.context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Internal error opening backing store', 'UnknownError')
    }
  })
  const page = await openKnownTill(browser)
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  await assertAccessible(page, 'whole.trouble')
})
