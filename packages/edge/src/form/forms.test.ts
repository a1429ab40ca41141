import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { openEveningEdge } from '../testing/evening-edge.ts'
import { fieldsOf, PageVisitor } from '../testing/page-visitor.ts'

const { dropId, mug } = EVENING
const BUY = `/buy/${dropId}/${mug}`

async function openForm(units: number) {
  const edge = await openEveningEdge({ units, hasStage: true })
  const ann = new PageVisitor(edge)
  const { text } = await ann.open(BUY)
  return { edge, ann, fields: { ...fieldsOf(text), reference: 'pm_card_visa' } }
}

test('[PF1] a form sent twice is one order, and leads to its page with the receipt', async () => {
  const { edge, ann, fields } = await openForm(3)
  await using _ = edge
  const [first, second] = [await ann.send('/buy', fields), await ann.send('/buy', fields)]
  deepEqual([first.status, second.status], [303, 303])
  equal(first.location, second.location)
  equal(edge.stall.state.orders.size, 1)
  const page = await ann.open(first.location ?? '')
  match(page.text, /data-stage="deferred"/)
  match(page.text, /1 × Mug/)
  match(page.text, /http-equiv="refresh"/)
  equal(page.headers.get('cache-control'), 'no-store')
  const file = await ann.open(`${first.location}/receipt.json`)
  equal((JSON.parse(file.text) as { format: string }).format, 'nightmarket-receipt/1')
})

test('[PF2] a form from another site is not taken, whatever it says', async () => {
  const { edge, ann, fields } = await openForm(3)
  await using _ = edge
  const foreign: Readonly<Record<string, string>>[] = [
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ]
  for (const headers of foreign) equal((await ann.send('/buy', fields, headers)).status, 403)
  equal(edge.stall.state.orders.size, 0)
  const old = { origin: 'http://localhost', host: 'localhost' }
  equal((await ann.send('/buy', fields, old)).status, 303)
})

test('[PF3] a refusal comes back with its reason, the same ids and a fresh promise', async () => {
  const { edge, ann, fields } = await openForm(3)
  await using _ = edge
  edge.host.pass(400_000)
  const late = await ann.send('/buy', fields)
  equal(late.status, 409)
  match(late.text, /role="alert"/)
  const fresh = fieldsOf(late.text)
  equal(fresh['orderId'], fields['orderId' as keyof typeof fields])
  notEqual(fresh['token'], fields['token' as keyof typeof fields])
  const again = { ...fresh, reference: 'pm_card_visa' }
  equal((await ann.send('/buy', again)).status, 303)
  equal(edge.stall.state.orders.size, 1)
})

test('[PF3] without units a form takes a place in line, and the line can be left', async () => {
  const { edge, ann, fields } = await openForm(1)
  await using _ = edge
  const ben = new PageVisitor(edge)
  const his = { ...fieldsOf((await ben.open(BUY)).text), reference: 'pm_card_visa' }
  await ann.send('/buy', fields)
  const { location } = await ben.send('/buy', his)
  const line = await ben.open(location ?? '')
  match(line.text, /number 1 in line/)
  equal((await ben.send(`${location}/line`, {})).status, 303)
  match((await ben.open(location ?? '')).text, /data-stage="left"/)
})

test('[PF4] an order is shown to its buyer, and is not there for anybody else', async () => {
  const { edge, ann, fields } = await openForm(2)
  await using _ = edge
  const { location } = await ann.send('/buy', fields)
  const eve = new PageVisitor(edge)
  await eve.open(BUY)
  const path = location ?? ''
  equal((await eve.open(path)).status, 404)
  equal((await eve.open(`${path}/receipt.json`)).status, 404)
  equal((await eve.send(`${path}/payment`, { reference: 'pm_card_visa' })).status, 403)
  equal((await ann.open(path)).status, 200)
})

test('[PF5] consent is asked once, kept on the device, and withdrawn as easily', async () => {
  await using edge = await openEveningEdge({ units: 1, hasStage: true })
  const ann = new PageVisitor(edge)
  match((await ann.open(BUY)).text, /data-consent/)
  const yes = await ann.send('/privacy', { personalOffers: 'yes', next: BUY })
  deepEqual([yes.status, yes.location], [303, BUY])
  ok(!(await ann.open(BUY)).text.includes('data-consent'))
  await ann.send('/privacy', { personalOffers: 'no', next: '/' })
  match((await ann.open('/privacy')).text, /the same offers as everybody/)
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    equal((await ann.send('/privacy', { personalOffers: 'no', next })).location, '/')
  }
})

test('[PF6] anybody checks a receipt; what is pasted stays text', async () => {
  const { edge, ann, fields } = await openForm(1)
  await using _ = edge
  const { location } = await ann.send('/buy', fields)
  const { text: receipt } = await ann.open(`${location}/receipt.json`)
  const eve = new PageVisitor(edge)
  match((await eve.send('/receipt', { receipt })).text, /verdict-good/)
  const forged = receipt.replace('1250', '1')
  match((await eve.send('/receipt', { receipt: forged })).text, /verdict-bad/)
  const attack = '</textarea><script>alert(1)</script>'
  const shown = await eve.send('/receipt', { receipt: attack })
  ok(!shown.text.includes(attack))
  match(shown.text, /&lt;\/textarea&gt;/)
})

test('[PF7] pages say what is on, are tagged, and may be kept for a second', async () => {
  await using edge = await openEveningEdge({ units: 7, hasStage: true })
  const response = await edge.request('/', { headers: { 'accept-language': 'de' } })
  equal(response.headers.get('vary'), 'Accept-Encoding, Accept-Language')
  match(response.headers.get('cache-control') ?? '', /stale-while-revalidate/)
  match(response.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  const text = await response.text()
  match(text, /<html lang="en">/)
  match(text, /7 left/)
  match(text, /"@type":"Event"/)
  const etag = response.headers.get('etag') ?? ''
  equal((await edge.request('/', { headers: { 'if-none-match': etag } })).status, 304)
  equal((await edge.request('/drops/none')).status, 404)
  equal((await edge.request(`/drops/${dropId}/${mug}`)).status, 200)
})

test('[PF8] what a host writes is text on every page', async () => {
  const attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
  const release = releaseOfEvening({ drop: { title: attack } })
  const show = { ...release.show, title: attack, place: attack, hosts: [attack] }
  const variants = release.variants.map((variant) => ({
    ...variant,
    title: attack,
    imageUrl: 'javascript:alert(3)',
  }))
  const options = { units: 1, hasStage: true, release: { ...release, show, variants } }
  await using edge = await openEveningEdge(options)
  const visitor = new PageVisitor(edge)
  for (const path of ['/', `/drops/${dropId}`, `/drops/${dropId}/${mug}`, BUY]) {
    const { status, text } = await visitor.open(path)
    equal(status, 200, path)
    ok(!/<img src=x|<script>alert|src="javascript/.test(text), path)
  }
})

test('[PF10] an address that is not there is a page to people, a problem to programs', async () => {
  await using edge = await openEveningEdge({ units: 1, hasStage: true })
  const ask = async (path: string, accept: string, method = 'GET') => {
    const response = await edge.request(path, { method, headers: { accept } })
    return [response.status, response.headers.get('content-type')?.split(';')[0]]
  }
  const browser = 'text/html,application/xhtml+xml,*/*;q=0.8'
  deepEqual(await ask('/mugs', browser), [404, 'text/html'])
  deepEqual(await ask('/drops/none', browser), [404, 'text/html'])
  deepEqual(await ask('/mugs', 'application/json'), [404, 'application/problem+json'])
  deepEqual(await ask('/mugs', '*/*'), [404, 'application/problem+json'])
  deepEqual(await ask('/mugs', browser, 'POST'), [404, 'application/problem+json'])
  deepEqual(await ask('/buy', browser), [405, 'application/problem+json'])
})
