import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

import { SmallMarket } from '../../../../apps/nightmarket/src/testing/small-market.ts'
import type { LabBrowser } from '../../../../scripts/browser-lab.ts'
import { TillMarket } from '../till-market.ts'

/** A walk through every screen of one till, in one browser, below one market. */
export interface Walk {
  readonly market: TillMarket
  readonly browser: LabBrowser
  readonly page: Page
}

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,' +
  'Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode'

const GOODS = [
  ['bowl', 'Moon Bowl, hand-thrown stoneware', 24, '48.00', '4006381333931'],
  ['cup', 'Espresso Cup', 60, '14.50', '4006381333948'],
  ['vase', 'Bud Vase', 18, '32.00', ''],
  ['plate', 'Dinner Plate', 36, '27.00', ''],
  ['print', 'Risograph print “Harbour at four in the morning”, numbered', 80, '22.00', ''],
  ['tote', 'Tote Bag', 120, '12.00', ''],
  ['candle', 'Beeswax Candle', 40, '9.50', ''],
  ['zine', 'Night Quay Zine No. 7', 200, '6.00', ''],
  ['lamp', 'Paper Lamp', 1, '89.00', ''],
  ['tea', 'Smoked Tea, 50 g', 45, '11.00', ''],
  ['soap', 'Charcoal Soap', 70, '7.50', ''],
  ['pin', 'Enamel Pin', 150, '5.00', ''],
] as const

/** Sales on promise end soon here, so that the screens which say so are reached in a few taps. */
const SHOW = `format: 1
show:
  id: evening
  title: An evening at the quay
  startsAt: now
  duration: 2h
  timeZone: Europe/Berlin
  place: Hall 3
  hosts: [Ada]
drops:
  - id: table
    title: The long table
    listings:
${GOODS.map(([handle]) => `      - variant: ${handle}\n        perCustomer: 2`).join('\n')}
terms:
  deferred:
    order: 60.00
    orders: 50
    sum: 100.00
    age: 4h
`

/** A market with a table full of goods, and nobody yet who works at its tills. */
export async function openFullMarket(): Promise<SmallMarket> {
  const market = await SmallMarket.open()
  const [csv, show] = [join(market.folder, 'goods.csv'), join(market.folder, 'goods.yaml')]
  const rows = GOODS.map(([handle, title, quantity, price, barcode]) => {
    const variant = `Title,Default Title,${handle},${quantity},${price},${barcode}`
    return `${handle},"${title}",,Quay,${variant}`
  })
  writeFileSync(csv, `${HEADER}\n${rows.join('\n')}\n`)
  writeFileSync(show, SHOW)
  await market.ask('import', csv)
  await market.ask('show', 'apply', show)
  return market
}

/** Let two people work at the tills of a market: Ada may do everything, Ben sells. */
export async function addOperators(market: SmallMarket): Promise<readonly [TillMarket, Seller]> {
  const ada = await market.ask<Seller>('operator', 'add', 'Ada', '--role', 'steward')
  const ben = await market.ask<Seller>('operator', 'add', 'Ben')
  return [new TillMarket(market, { ...ada, name: 'Ada' }), ben]
}

/** Somebody who works at tills. */
export interface Seller {
  readonly pin: string
  readonly operatorId: string
}
