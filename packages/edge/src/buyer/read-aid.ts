import type { OrderId } from '@nightmarket/kernel'
import { BUYER_PATHS } from '@nightmarket/sync'
import type { OrderAid } from '@nightmarket/ui'

import { orderAid } from './aid-schema.ts'
import type { AskCore } from './ask-core.ts'

/** What a buyer may count on, for a page; `null` while the core is away: then nothing is said. */
export async function readAid(
  askCore: AskCore,
  orderId: OrderId,
  asker: AbortSignal,
): Promise<OrderAid | null> {
  const answer = await askCore(BUYER_PATHS.aid, { orderId }, asker)
  if (!answer.ok) return null
  return orderAid.parse(await answer.json())
}
