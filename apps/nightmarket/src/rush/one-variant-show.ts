import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Clientele } from './buyer.ts'

/** What a rush in a market of its own is for: one thing, as many as asked for. */
export const RUSH_DROP = { dropId: 'rush', variantId: 'night-lamp' } as const

/** The files of a market that sells one thing, written for the commands that read them. */
export function writeOneVariantShow(
  folder: string,
  { units, decliningShare = 0 }: { readonly units: number; readonly decliningShare?: number },
): { readonly catalogue: string; readonly show: string; readonly clientele: Clientele } {
  const catalogue = join(folder, 'rush.csv')
  const show = join(folder, 'rush.yaml')
  writeFileSync(catalogue, catalogueOf(units))
  writeFileSync(show, showOf(units))
  return { catalogue, show, clientele: clienteleOf(decliningShare) }
}

function catalogueOf(units: number): string {
  const columns = [
    'Handle',
    'Title',
    'Option1 Name',
    'Option1 Value',
    'Variant SKU',
    'Variant Inventory Tracker',
    'Variant Inventory Qty',
    'Variant Price',
  ]
  const row = [
    RUSH_DROP.variantId,
    'Night Lamp',
    'Title',
    'Default Title',
    'LAMP',
    'shopify',
    String(units),
    '24.00',
  ]
  return `${columns.join(',')}\n${row.join(',')}\n`
}

/** Limits of deferred verification are above what the rush can sell: it measures selling. */
function showOf(units: number): string {
  const sum = (units * 24).toFixed(2)
  return `format: 1
currency: EUR
show:
  id: rush
  title: A rush
  startsAt: now
  duration: 4h
  timeZone: UTC
  place: Here
  languages: [en]
  hosts: [nightmarket]
drops:
  - id: ${RUSH_DROP.dropId}
    title: The last ${units}
    listings:
      - variant: ${RUSH_DROP.variantId}
        units: ${units}
        perCustomer: 2
split:
  - party: creator
    share: 100%
terms:
  hold: 10s
  rescue: 5s
  deferred:
    order: 100.00
    buyerOrders: 3
    orders: ${Math.min(1_000_000, units)}
    sum: ${sum}
    age: 4h
`
}

/** Half of those whose card is declined find another one; one in ten does not like to wait. */
function clienteleOf(decliningShare: number): Clientele {
  const wishes = [{ ...RUSH_DROP, weight: 1 }]
  return { wishes, decliningShare, returningShare: 0.5, patientShare: 0.9 }
}
