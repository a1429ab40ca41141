import type { JSX } from 'preact'

import type { Place } from '../place.ts'
import type { Till } from '../till.ts'
import { CloseScreen } from './close-screen.tsx'
import { DrawerScreen } from './drawer-screen.tsx'
import { HandOverScreen } from './hand-over-screen.tsx'
import { OrderScreen } from './order-screen.tsx'
import { RestoreScreen } from './restore-screen.tsx'
import { SalesScreen } from './sales-screen.tsx'
import { SellScreen } from './sell-screen.tsx'
import { StockScreen } from './stock-screen.tsx'
import { TakeSlipScreen } from './take-slip-screen.tsx'
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
  stock: { tab: 'till', Screen: StockScreen },
  hand: { tab: 'till', Screen: HandOverScreen },
  take: { tab: 'till', Screen: TakeSlipScreen },
  drawer: { tab: 'till', Screen: DrawerScreen },
  close: { tab: 'till', Screen: CloseScreen },
  restore: { tab: 'till', Screen: RestoreScreen },
}

/** The page of a place. */
export function pageOf(place: Place): Page<Place> {
  // Each row takes exactly the place it stands for, which the table's type holds.
  return PAGES[place.at] as Page<Place>
}
