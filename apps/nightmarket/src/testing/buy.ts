import { randomUUID } from 'node:crypto'

import { createEdgeClient } from '@nightmarket/edge'
import type { BuyerId, OrderId, PayKey } from '@nightmarket/kernel'

/** One unit, bought at an edge as a viewer's page does it. */
export async function buyOne(edgeUrl: string, variantId: string) {
  const client = createEdgeClient(edgeUrl)
  const show = await (await client.v1.show.$get()).json()
  if (!('drops' in show)) throw new Error(`no show: ${JSON.stringify(show)}`)
  const drop = show.drops.find(({ listings }) =>
    listings.some((listing) => listing.variantId === variantId),
  )
  if (drop === undefined) throw new Error(`${variantId} is in no drop`)
  const buyerId = randomUUID() as BuyerId
  const asked = await client.v1.offers.$post({
    json: {
      buyerId,
      dropId: drop.dropId,
      variantIds: [variantId],
      consent: { personalOffers: false },
    },
  })
  const offers = await asked.json()
  const token = 'offers' in offers ? offers.offers[0]?.token : undefined
  if (token === undefined) throw new Error(`no offer: ${JSON.stringify(offers)}`)
  const orderId = randomUUID() as OrderId
  const payKey = randomUUID() as PayKey
  const ordered = await client.v1.orders.$post({
    json: {
      orderId,
      token,
      quantity: 1,
      payment: { payKey, method: 'card', reference: 'pm_card_visa' },
    },
  })
  return { orderId, status: ordered.status as number, answer: (await ordered.json()) as unknown }
}

/** Ask again and again until the answer is the wanted one. Throws what it was at the end. */
export async function until<T>(
  question: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  patienceMs = 15_000,
): Promise<T> {
  const gaveUpAtMs = performance.now() + patienceMs
  for (;;) {
    const answer = await question()
    if (isWanted(answer)) return answer
    if (performance.now() > gaveUpAtMs) throw new Error(`still: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
