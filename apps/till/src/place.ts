import { signal } from '@preact/signals'
import type { OrderId } from '@nightmarket/kernel'

/** Where in the running till somebody is: one name for each page, with what it is about. */
export type Place =
  | { readonly at: 'sell' }
  | { readonly at: 'sales' }
  | { readonly at: 'order'; readonly orderId: OrderId }
  | { readonly at: 'till' }
  | { readonly at: 'stock' }
  | { readonly at: 'hand' }
  | { readonly at: 'take' }
  | { readonly at: 'drawer' }
  | { readonly at: 'close' }
  | { readonly at: 'restore' }

/** The page that is open. */
export const place = signal<Place>({ at: 'sell' })

/** Open another page, from its top. */
export function goTo(next: Place): void {
  place.value = next
}
