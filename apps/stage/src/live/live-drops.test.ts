import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import type { LiveMessage } from '@nightmarket/edge'

import { LiveDrops, type DropNow } from './live-drops.ts'

const mug = { variantId: 'mug', priceMinor: 1_250, unitsHere: 3, stock: 'here' }
const tea = { ...mug, variantId: 'tea', unitsHere: 0, stock: 'line' }

function openDrops() {
  const shown: DropNow[] = []
  const drops = new LiveDrops((drop) => shown.push(drop))
  const hear = (message: object) => drops.hear(message as LiveMessage, ['main'])
  return { shown, hear }
}

const dropOf = (...listings: readonly object[]) => ({ dropId: 'main', phase: 'open', listings })

test('what is heard changes only what it names', () => {
  const { shown, hear } = openDrops()
  equal(hear({ type: 'stock', dropId: 'main', variantId: 'mug', unitsHere: 1 }), null)
  equal(shown.length, 0, 'nothing is known before the snapshot')
  equal(hear({ type: 'snapshot', offset: 4, drops: [dropOf(mug, tea)] }), null)
  hear({ type: 'stock', dropId: 'main', variantId: 'mug', unitsHere: 2, stock: 'here' })
  hear({ type: 'price', dropId: 'main', variantId: 'tea', priceMinor: 900 })
  hear({ type: 'crowd', dropId: 'main', lineLength: 4, unitsSold: 1 })
  const listed = dropOf({ ...mug, unitsHere: 2 }, { ...tea, priceMinor: 900 })
  deepEqual(shown.at(-1), { ...listed, unitsSold: 1 })
  hear({ type: 'phase', dropId: 'main', phase: 'closed' })
  equal(shown.at(-1)?.phase, 'closed')
})

test('a release is shown at once; one with other things is another page', () => {
  const { shown, hear } = openDrops()
  hear({ type: 'snapshot', drops: [dropOf(mug)] })
  equal(hear({ type: 'release', drops: [dropOf({ ...mug, priceMinor: 1_000 })] }), null)
  equal(shown.at(-1)?.listings[0]?.priceMinor, 1_000)
  equal(hear({ type: 'release', drops: [dropOf(mug, tea)] }), 'another_page')
  equal(hear({ type: 'release', drops: [] }), 'another_page')
})
