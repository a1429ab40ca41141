import type { JSX } from 'preact'

import type { Place } from '../place.ts'
import type { Till } from '../till.ts'
import { OrderScreen } from './order-screen.tsx'
import { SalesScreen } from './sales-screen.tsx'
import { SellScreen } from './sell-screen.tsx'
import { TillScreen } from './till-screen.tsx'

/** The tabs at the bottom, in their order, each with the page it opens. */
export const TABS = ['sell', 'sales', 'till'] as const

/** A page: below which tab it lies, and what shows it. */
export interface Page<At extends Place> {
  readonly tab: (typeof TABS)[number]
  readonly Screen: (props: { readonly place: At; readonly till: Till }) => JSX.Element
}

/** Every page of a running till. A new page is a file of its own, a place, and a row here. */
const PAGES: { readonly [At in Place['at']]: Page<Extract<Place, { readonly at: At }>> } = {
  sell: { tab: 'sell', Screen: SellScreen },
  sales: { tab: 'sales', Screen: SalesScreen },
  order: { tab: 'sales', Screen: OrderScreen },
  till: { tab: 'till', Screen: TillScreen },
}

/** The page of a place. */
export function pageOf(place: Place): Page<Place> {
  // Each row takes exactly the place it stands for, which the table's type holds.
  return PAGES[place.at] as Page<Place>
}
