import { deepEqual, equal, ok as isTrue } from 'node:assert/strict'
import { test } from 'node:test'

import type { CatalogueVariant } from '../catalogue/catalogue-lookup.ts'
import type { ItemId, VariantId } from '../id.ts'
import { ok } from '../result.ts'
import type { Release } from './release.ts'
import { compileRelease } from './show-file.ts'

const END_MS = 4 * 3_600_000

test('[RE21] overlays are read by their kind; what a kind does not show is refused', () => {
  const overlays = (...found: readonly object[]) => fileOf({ overlays: found })
  const card = { id: 'card', kind: 'buy_card', drop: 'table', variant: 'M-1', for: '30s' }
  const call = { id: 'call', kind: 'countdown', text: 'Last call', drop: 'table' }
  const show = { id: 'over', kind: 'countdown', text: 'Until the end', endsAt: 'end-1m' }
  const winner = { id: 'w', kind: 'winner', text: 'Ta' }
  deepEqual(compiled(overlays(card, call, show, winner)).overlays, [
    {
      templateId: 'card',
      content: { kind: 'buy_card', dropId: 'table', variantId: 'mug' },
      forMs: 30_000,
    },
    {
      templateId: 'call',
      content: { kind: 'countdown', text: 'Last call', endsAtMs: END_MS },
      forMs: null,
    },
    {
      templateId: 'over',
      content: {
        kind: 'countdown',
        text: 'Until the end',
        endsAtMs: END_MS - 60_000,
      },
      forMs: null,
    },
    { templateId: 'w', content: { kind: 'winner', text: 'Ta' }, forMs: null },
  ])
  equal('overlays' in compiled(fileOf({})), false, 'older content keeps its id')
  const code = (...found: readonly object[]) => problemsOf(overlays(...found))
  deepEqual(code({ ...card, text: 'no' }), ['overlays[0].text key_unknown'])
  deepEqual(code({ ...card, variant: 'tea' }), ['overlays[0].variant listing_unknown'])
  deepEqual(code({ ...card, drop: 'no' }), ['overlays[0].drop drop_unknown'])
  deepEqual(code({ id: 'x', kind: 'song' }), ['overlays[0].kind not_text'])
  const long = { id: 'x', kind: 'banner', text: 'b'.repeat(141) }
  deepEqual(code(long), ['overlays[0].text too_long'])
  deepEqual(code({ id: 'x', kind: 'sold_counter', text: 'sold' }), ['overlays[0].drop missing'])
  deepEqual(code(card, card), ['overlays[1].id duplicate'])
})

function fileOf(fields: object): object {
  const times = { startsAt: 'now', endsAt: 'start+4h', timeZone: 'UTC' }
  const show = { id: 'night', title: 'Night', place: 'Quay', ...times }
  const drops = [{ id: 'table', title: 'Table', listings: [{ variant: 'mug' }] }]
  return { show, drops, ...fields }
}

function compiled(file: object): Release {
  const found = compileRelease(file, OPTIONS)
  isTrue(found.ok, JSON.stringify(found))
  return found.value
}

function problemsOf(file: object): readonly string[] {
  const found = compileRelease(file, OPTIONS)
  isTrue(!found.ok, 'the file is refused')
  return found.error.map(({ path, code }) => `${path} ${code}`)
}

function lookup(reference: string): CatalogueVariant | null {
  const id = { 'M-1': 'mug', mug: 'mug', tea: 'tea' }[reference]
  if (id === undefined) return null
  const text = { title: id, sku: null, barcode: null, imageUrl: null, currency: 'EUR' }
  return { ...text, variantId: id as VariantId, itemId: id as ItemId, priceMinor: 1_850 }
}

const OPTIONS = { lookup, toEpochMs: () => ok(0), nowMs: 0, currency: 'EUR' }
