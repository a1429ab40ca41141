import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
  type Started,
} from '../../../apps/nightmarket/src/testing/process.ts'
import { createProfile, openChromium } from '../../../scripts/browser-lab.ts'
import { openStageBrowser } from './stage-browser.ts'

const folder = openTestFolder()
const data = ['--data', `${folder.path}/market`]
let market: Started

const edge = () => market.addresses['edge'] ?? ''

before(async () => {
  market = await startNightmarket(['up', '--port', '0', ...data])
  const csv = join(folder.path, 'mugs.csv')
  writeFileSync(csv, CATALOGUE)
  await runForJson(['import', csv, ...data])
  await apply('9.50')
})

after(async () => {
  await market[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const CATALOGUE = `Handle,Title,Option1 Name,Option1 Value,Variant Inventory Qty,Variant Price
mug,Night Mug,Title,Default Title,5,9.50
`

async function apply(price: string): Promise<void> {
  const path = join(folder.path, 'show.yaml')
  const listing = `{ variant: mug, price: '${price}' }`
  const drops = `drops:\n  - { id: mugs, title: Mugs, listings: [${listing}] }\n`
  writeFileSync(path, SHOW + drops + OVERLAYS)
  await runForJson(['show', 'apply', path, ...data])
}

const SHOW = `format: 1
show: { id: evening, title: An evening, startsAt: now, duration: 2h, timeZone: UTC, place: Hall }
`

const ATTACK = '<img src=x onerror=alert(1)>'

const OVERLAYS = `overlays:
  - { id: card, kind: buy_card, drop: mugs, variant: mug }
  - { id: sold, kind: sold_counter, drop: mugs, text: sold tonight }
  - { id: call, kind: countdown, drop: mugs, text: Last call }
  - { id: words, kind: banner, text: '${ATTACK}', for: 300s }
  - { id: won, kind: winner, text: The mug goes to }
`

async function buyOne(): Promise<void> {
  const send = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return fetch(edge() + path, init)
  }
  const question = { dropId: 'mugs', consent: { personalOffers: false } }
  const answer = await send('/v1/offers', question)
  const { offers } = (await answer.json()) as { offers: [{ token: string }] }
  const orderId = crypto.randomUUID()
  const payment = { payKey: `pay-${orderId}`, method: 'card', reference: 'pm_card_visa' }
  const { token } = offers[0]
  equal((await send('/v1/orders', { orderId, token, quantity: 1, payment })).status, 201)
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))

/** What the edge has of the mug now; 0 before it has its release and its lease. */
async function unitsAtEdge(): Promise<number> {
  const answer = await fetch(`${edge()}/v1/drops/mugs`)
  const drop = answer.ok ? ((await answer.json()) as { listings: [{ unitsHere: number }] }) : null
  return drop?.listings[0].unitsHere ?? 0
}

/** Wait until the page shows what the edge has; how much that is. */
async function agreed(page: Page): Promise<number> {
  for (;;) {
    const units = await unitsAtEdge()
    const text = await page.locator('[data-stock-text]').first().textContent()
    if (units > 0 && text?.includes(String(units)) === true) return units
    await pause()
  }
}

test('a page hears a sale, a new price and its rollback, without asking', async () => {
  using profile = createProfile()
  await using browser = await openChromium(profile)
  while ((await unitsAtEdge()) === 0) await pause()
  const page = await browser.context.newPage()
  const looks: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v1/drops/')) looks.push(request.url())
  })
  const wire = page.waitForEvent('websocket')
  await page.goto(edge())
  await (await wire).waitForEvent('framereceived')
  const price = page.locator('[data-price]').first()
  const shows = (minor: number) => page.waitForSelector(`[data-price="${minor}"]`)
  const first = await agreed(page)
  await buyOne()
  while ((await unitsAtEdge()) === first) await pause()
  notEqual(await agreed(page), first)
  await apply('8.00')
  await shows(800)
  await runForJson(['release', 'rollback', ...data])
  await shows(950)
  equal(await price.getAttribute('data-price'), '950')
  equal(looks.length, 0, 'nothing was asked for')
})

test('a network that lets no WebSocket through hears the same by server-sent events', async (t) => {
  await using browser = await openStageBrowser()
  while ((await unitsAtEdge()) === 0) await pause()
  const [page, beside] = [await browser.visit('about:blank'), await browser.visit(edge())]
  await page.routeWebSocket(/\/v1\/live/, (socket) => void socket.close())
  const stream = page.waitForRequest(/\/v1\/live\/events/)
  await page.goto(edge())
  await stream
  const first = await unitsAtEdge()
  await buyOne()
  while ((await unitsAtEdge()) === first) await pause()
  await agreed(page)
  await apply('7.00')
  const seen = (minor: number) =>
    Promise.all(
      [page, beside].map((each) =>
        each.waitForSelector(`[data-price="${minor}"]`).then(() => Date.now()),
      ),
    )
  await seen(700)
  const back = seen(950)
  await runForJson(['release', 'rollback', ...data])
  const seenAtMs = await back
  const { releases } = await runForJson<Releases>(['release', 'list', ...data])
  const times = releases.flatMap(({ activations }) => activations.map((each) => each.activatedAtMs))
  const afterMs = seenAtMs.map((atMs) => atMs - Math.max(...times))
  t.diagnostic(`seen ${afterMs.join(' and ')} ms after the rollback, by events and by socket`)
  deepEqual(
    page.complaints.filter((text) => !text.includes('WebSocket')),
    [],
  )
})

interface Releases {
  readonly releases: readonly {
    readonly activations: readonly { readonly activatedAtMs: number }[]
  }[]
}

test('overlays are drawn alike on a page and in the browser source, and follow sales', async () => {
  await using browser = await openStageBrowser()
  while ((await unitsAtEdge()) === 0) await pause()
  const page = await browser.visit(edge())
  const source = await browser.visit(`${edge()}/overlay`)
  const show = (...words: readonly string[]) => runForJson(['overlay', ...words, ...data])
  for (const id of ['card', 'sold', 'call', 'words']) await show('show', id)
  await show('show', 'won', '--name', ATTACK)
  for (const each of [page, source]) {
    await each.locator('.overlay-buy-card').getByText('Night Mug').waitFor()
    await each.locator('.overlay-countdown time').waitFor()
    equal(await each.locator('.overlay-banner').textContent(), ATTACK)
    equal(await each.locator('.overlay-winner strong').textContent(), ATTACK)
    equal(await each.locator('img[src="x"]').count(), 0)
  }
  const sold = Number(await source.locator('.overlay-sold-counter strong').textContent())
  await buyOne()
  for (const each of [page, source]) {
    const more = each.locator('.overlay-sold-counter strong', { hasText: String(sold + 1) })
    await more.waitFor()
  }
  await page.locator('.overlay-buy-card a[data-buy]').tap()
  await page.locator('dialog[open]').waitFor()
  await show('hide', 'card')
  for (const each of [page, source]) {
    await each.locator('.overlay-buy-card').waitFor({ state: 'detached' })
  }
  const late = await browser.visit(`${edge()}/overlay`)
  await late.locator('.overlay-winner').waitFor()
  equal(await late.locator('.overlay').count(), 4)
  deepEqual([page.complaints, source.complaints], [[], []])
})

test('pictures come from the edge in the sizes of the screen, and from nowhere else', async () => {
  await using browser = await openStageBrowser()
  const pictures = join(folder.path, 'pictures')
  mkdirSync(pictures)
  const create = { width: 700, height: 500, channels: 3, background: '#b33' } as const
  await sharp({ create }).jpeg().toFile(join(pictures, 'mug.jpg'))
  const csv = join(folder.path, 'pictured.csv')
  const [head, row] = CATALOGUE.trim().split('\n')
  writeFileSync(csv, `${head},Image Src\n${row},https://pictures.example/mug.jpg\n`)
  await runForJson(['import', csv, ...data])
  deepEqual(await runForJson(['images', '--from', pictures, ...data]), { kept: 1, missing: [] })
  await apply('9.50')
  const hosts = new Set<string>()
  const picture = '.card img.picture'
  const page = await browser.visit('about:blank')
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  while (!(await (await fetch(edge())).text()).includes('/images/')) await pause()
  await page.goto(edge())
  await page.waitForFunction(`document.querySelector('${picture}')?.naturalWidth > 0`)
  const source = await page.evaluate(`document.querySelector('${picture}').currentSrc`)
  match(String(source), /\/images\/[0-9a-f]{64}\/160\.avif$/)
  deepEqual([...hosts], [new URL(edge()).host])
})
