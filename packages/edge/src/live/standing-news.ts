import type { OrderId, StallState } from '@nightmarket/kernel'

import type { OrderView } from '../contract/answer-schema.ts'
import { findOrder, viewOrder } from '../order/order-view.ts'

/** What one viewer watches: ids that are told only while they are this buyer's. */
export interface Watched {
  readonly buyerId: string
  /** The id, and the last that was told of it, as text. */
  readonly told: Map<OrderId, string>
}

/** Watch some ids from now on. */
export function watchIds(buyerId: string, ids: readonly OrderId[]): Watched {
  return { buyerId, told: new Map(ids.map((id) => [id, ''])) }
}

/**
 * How the watched ids stand, where that is news: each state is collected once. An id alone proves
 * nothing: it is told only to who knows the buyer's id. [LV5]
 */
export function standingNews(state: StallState, { buyerId, told }: Watched): readonly OrderView[] {
  const news: OrderView[] = []
  for (const [orderId, before] of told) {
    const standing = findOrder(state, orderId)
    if (standing === null || standing.buyerId !== buyerId) continue
    const view = viewOrder(orderId, standing, buyerId)
    const text = JSON.stringify(view)
    if (text === before) continue
    told.set(orderId, text)
    news.push(view)
  }
  return news
}

/** What was collected could not be told, since the disk failed: collect it again. */
export function forgetTold({ told }: Watched, views: readonly OrderView[]): void {
  for (const { orderId } of views) told.set(orderId, '')
}
