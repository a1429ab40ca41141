import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { EVENING } from '@nightmarket/kernel/testing'
import { z } from 'zod'

import { openEveningEdge } from '../testing/evening-edge.ts'

const ORIGIN = 'https://night.example'

const own = z.url().startsWith(`${ORIGIN}/`)
const moment = z.iso.datetime()
const context = z.literal('https://schema.org')

/** What a search engine wants of each type, by https://schema.org and by Google's own lists. */
const offer = z.strictObject({
  '@type': z.literal('Offer'),
  name: z.string().min(1),
  url: own,
  price: z.string().regex(/^\d+\.\d\d$/),
  priceCurrency: z.string().length(3),
  availability: z.enum(
    ['LimitedAvailability', 'BackOrder', 'PreOrder', 'SoldOut'].map(
      (each) => `https://schema.org/${each}`,
    ),
  ),
  validFrom: moment,
  priceValidUntil: moment,
})

const event = z.strictObject({
  '@context': context,
  '@type': z.literal('Event'),
  name: z.string().min(1),
  startDate: moment,
  endDate: moment,
  eventAttendanceMode: z.literal('https://schema.org/MixedEventAttendanceMode'),
  eventStatus: z.literal('https://schema.org/EventScheduled'),
  inLanguage: z.array(z.string().min(2)).min(1),
  location: z.tuple([
    z.strictObject({
      '@type': z.literal('Place'),
      name: z.string().min(1),
      address: z.string().min(1),
    }),
    z.strictObject({ '@type': z.literal('VirtualLocation'), url: own }),
  ]),
  organizer: z.array(z.strictObject({ '@type': z.literal('Person'), name: z.string().min(1) })),
  offers: z.array(offer).min(1),
})

const product = z.strictObject({
  '@context': context,
  '@type': z.literal('Product'),
  name: z.string().min(1),
  sku: z.string().min(1),
  image: own.optional(),
  offers: offer,
})

/** The linked data of a page, and its Open Graph tags by name. */
async function readPage(path: string) {
  await using edge = await openEveningEdge({ units: 7, hasStage: true, publicUrl: ORIGIN })
  const text = await (await edge.request(path)).text()
  const [, json = ''] = /<script type="application\/ld\+json">([^<]*)<\/script>/.exec(text) ?? []
  const tags = text.matchAll(/<meta\s+property="og:(\w+)"\s+content="([^"]*)"/g)
  const [, canonical] = /<link rel="canonical" href="([^"]*)"/.exec(text) ?? []
  const graph = Object.fromEntries([...tags].map(([, name = '', value = '']) => [name, value]))
  return { data: JSON.parse(json) as unknown, graph, canonical }
}

const { dropId } = EVENING

test('[PF12] the show is an event with an offer for each thing that it sells', async () => {
  const { data, graph, canonical } = await readPage('/')
  const { offers, startDate, endDate } = event.parse(data)
  ok(startDate < endDate)
  ok(offers[0]?.url.startsWith(`${ORIGIN}/drops/${dropId}/`))
  deepEqual(Object.keys(graph).toSorted(), ['description', 'locale', 'title', 'type', 'url'])
  deepEqual([graph['url'], canonical, graph['type']], [`${ORIGIN}/`, `${ORIGIN}/`, 'website'])
})

test('[PF12] a drop names its products, and each has a page of its own', async () => {
  const ofDrop = await readPage(`/drops/${dropId}`)
  const [first] = z.array(product).min(1).parse(ofDrop.data)
  const ofProduct = await readPage(new URL(first?.offers.url ?? '').pathname)
  deepEqual(product.parse(ofProduct.data), first)
  equal(ofProduct.graph['url'], first?.offers.url)
  equal(ofProduct.canonical, first?.offers.url)
})
