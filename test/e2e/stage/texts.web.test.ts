import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import type { Page } from 'playwright-core'

import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../../../apps/nightmarket/src/testing/process.ts'
import { buyOnPage, openSheet, openStageBrowser, ticketAt } from './stage-browser.ts'

/** What breaks out of an attribute, an element, a script and a style, and says who let it in. */
function attack(name: string): string {
  const elements = '<img src=x onerror=alert(1)><svg onload=alert(2)>'
  return `${name}"'>${elements}</title></script><script>alert(3)</script>`
}

/**
 * Every text that a person can enter and that a viewer may see, by the name that its attack bears:
 * where it comes in. What an edge tells in a string must be one of these, or no text at all.
 */
const TEXTS = {
  product: 'import: the title of a product',
  option: 'import: the value of an option',
  sku: 'import: the SKU of a variant',
  show: 'show file: the title of the show',
  place: 'show file: its place',
  host: 'show file: who is there',
  drop: 'show file: the title of a drop',
  bundle: 'show file: the title of a listing',
  counter: 'show file: the words of a counter',
  countdown: 'show file: the words of a countdown',
  banner: 'show file: the words of a banner',
  winner: 'show file: the words for a winner',
  name: 'command line: who won',
  spoken: 'interface: an overlay of one’s own',
} as const

/** Strings of the interface that nobody writes: made here, or of a few values. */
const NO_TEXT = new Set(
  (
    'releaseId showId dropId variantId overlayId timelineId ' +
    'currency timeZone languages language imageUrl kind templates'
  ).split(' '),
)

const CSV = [
  'Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,' +
    'Variant Inventory Qty,Variant Price',
  ['mug', 'product', 'body', 'vendor', 'name', 'option', 'sku']
    .map((each) => (each === 'mug' ? each : `"${attack(each).replaceAll('"', '""')}"`))
    .join(',') + ',20,9.50',
].join('\n')

const quote = (name: string) => JSON.stringify(attack(name))

const SHOW = `format: 1
show:
  id: evening
  title: ${quote('show')}
  startsAt: now
  duration: 2h
  timeZone: UTC
  place: ${quote('place')}
  hosts: [${quote('host')}]
drops:
  - id: mugs
    title: ${quote('drop')}
    listings:
      - variant: ${quote('sku')}
      - variant: pair
        title: ${quote('bundle')}
        price: 15.00
        units: 2
        bundle: [{ variant: ${quote('sku')}, quantity: 2 }]
overlays:
  - { id: counter, kind: sold_counter, drop: mugs, text: ${quote('counter')} }
  - { id: countdown, kind: countdown, drop: mugs, text: ${quote('countdown')} }
  - { id: banner, kind: banner, text: ${quote('banner')} }
  - { id: winner, kind: winner, text: ${quote('winner')} }
`

/** Strings of an answer with the key that each stands under; in lists, that of the list. */
function* stringsOf(value: unknown, key = ''): Iterable<readonly [string, string]> {
  if (typeof value === 'string') yield [key, value]
  else if (Array.isArray(value)) for (const each of value) yield* stringsOf(each, key)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* stringsOf(each, name)
  }
}

/** What a page must not have: an element or a handler that no view of ours draws. */
function intruders(page: Page): Promise<number> {
  return page
    .locator('img[src="x"], [onerror], [onload], script:not([src]):not([type^="application/"])')
    .count()
}

test('whatever a person can write is text on every page: nothing runs or breaks', async () => {
  using folder = openTestFolder()
  const data = ['--data', join(folder.path, 'market')]
  await using market = await startNightmarket(['up', '--port', '0', ...data])
  const edgeUrl = market.addresses['edge'] ?? ''
  const [csv, show] = [join(folder.path, 'products.csv'), join(folder.path, 'show.yaml')]
  writeFileSync(csv, CSV)
  writeFileSync(show, SHOW)
  await runForJson(['import', csv, ...data])
  await runForJson(['show', 'apply', show, ...data])
  await until(
    async () => (await fetch(edgeUrl)).text(),
    (text) => text.includes('data-stock="here"'),
  )
  for (const id of ['counter', 'countdown', 'banner']) {
    await runForJson(['overlay', 'show', id, ...data])
  }
  await runForJson(['overlay', 'show', 'winner', '--name', attack('name').slice(0, 60), ...data])
  const token = readFileSync(join(folder.path, 'market', 'admin.token'), 'utf8').trim()
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(edgeUrl + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    ok(answer.ok, await answer.text())
  }
  await post('/v1/overlays', {
    overlayId: 'spoken',
    content: { kind: 'banner', text: attack('spoken').slice(0, 120) },
  })

  const told: (readonly [string, string])[] = []
  for (const path of ['/v1/show', '/v1/overlays']) {
    told.push(...stringsOf(await (await fetch(edgeUrl + path)).json()))
  }
  const names = Object.keys(TEXTS)
  const isKnown = ([key, text]: readonly [string, string]) =>
    NO_TEXT.has(key) || names.some((name) => text.includes(`${name}"'>`))
  deepEqual(
    told.filter((each) => !isKnown(each)),
    [],
    'an edge tells a text that is not on the list',
  )
  const unheard = names.filter((name) => !told.some(([, text]) => text.includes(`${name}"'>`)))
  deepEqual(unheard, [], 'a text of the list never arrived')

  await using browser = await openStageBrowser()
  const page = await browser.visit(edgeUrl)
  await page.locator('.overlay').nth(4).waitFor()
  const seen: string[] = []
  const read = async () => {
    equal(await intruders(page), 0, page.url())
    seen.push((await page.locator('body').innerText()) + (await page.title()))
  }
  await read()
  const href = (await page.locator('.card-title a').first().getAttribute('href')) ?? ''
  for (const path of [
    '/drops/mugs',
    href,
    href.replace('/drops/', '/buy/'),
    `/privacy?next=${encodeURIComponent(attack('next'))}`,
    `/drops/${encodeURIComponent(attack('address'))}`,
    `/receipt#${encodeURIComponent(attack('receipt'))}`,
  ]) {
    const answer = await page.goto(edgeUrl + path)
    const policy = (await answer?.allHeaders())?.['content-security-policy'] ?? ''
    match(policy, /default-src 'none'|default-src 'self'/)
    ok(!/unsafe-inline|unsafe-eval/.test(policy), policy)
    await read()
  }
  await page.locator('textarea').fill(attack('receipt'))
  await page.getByRole('button', { name: 'Check', exact: true }).tap()
  await page.locator('.verdict-bad').waitFor()
  await read()

  await page.goto(edgeUrl)
  await openSheet(page)
  await page.locator('dialog input[value="voucher"]').check()
  await page.locator('dialog input[name="voucherCode"]').fill(attack('code').slice(0, 60))
  await page.locator('dialog button.buy').tap()
  await page.locator('.ticket[data-stage="refused"]').waitFor()
  await page.getByRole('button', { name: 'Put away' }).tap()
  await buyOnPage(page)
  await ticketAt(page, 'accepted')
  await read()
  await page.getByRole('button', { name: 'Receipt' }).tap()
  await page.locator('.sheet-slip .slip-code svg').waitFor()
  await read()
  const all = seen.join('\n')
  // A SKU is told to programs alone.
  const isShown = (name: string) => name === 'sku' || all.includes(`${name}"'>`)
  deepEqual(
    names.filter((name) => !isShown(name)),
    [],
    'a text of the list was seen on no page',
  )
  deepEqual(
    page.complaints.filter((text) => !/status of 4(04|22)/.test(text)),
    [],
  )

  // And were a view to let it through, the policy would not run it.
  const html = attack('policy')
  await page.evaluate((text) => document.body.insertAdjacentHTML('beforeend', text), html)
  await page.waitForFunction(() => document.querySelectorAll('body > img').length > 0)
  const refusals = page.complaints.filter((text) => /Content Security Policy/.test(text))
  ok(refusals.length > 0, page.complaints.join('\n'))
  ok(!page.complaints.some((text) => text.startsWith('dialog')), page.complaints.join('\n'))
})
