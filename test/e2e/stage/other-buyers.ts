import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { createEdgeClient } from '../../../packages/edge/src/index.ts'

const JSON_TYPE = 'application/json'

/** Units that somebody else has set aside. */
export interface OthersHold {
  letGo(): Promise<void>
  /** Pay for what was set aside. */
  buy(): Promise<void>
}

/** Somebody else sets a unit aside; it may come from the core first, by way of the line. */
export async function takeHold(
  edgeUrl: string,
  buyerId: string,
  dropId = 'mugs',
): Promise<OthersHold> {
  const client = createEdgeClient(edgeUrl)
  const json = { buyerId, dropId, consent: { personalOffers: false } }
  const offers = await (await client.v1.offers.$post({ json })).json()
  const token = 'offers' in offers ? (offers.offers[0]?.token ?? '') : ''
  const holdId = `hold-${buyerId}`
  await client.v1.holds.$post({ json: { holdId, token, quantity: 1 } })
  const address = `${edgeUrl}/v1/holds/${holdId}`
  const headers = { 'nightmarket-buyer': buyerId }
  await until(
    async () => (await (await fetch(address, { headers })).json()) as { status: string },
    ({ status }) => status === 'held',
  )
  return {
    async letGo() {
      await fetch(address, { method: 'DELETE', headers })
    },
    async buy() {
      const payment = { payKey: `pay-${holdId}`, method: 'card', reference: 'pm_card_visa' }
      const body = JSON.stringify({ orderId: `order-${holdId}`, holdId, payment })
      const init = { method: 'POST', headers: { ...headers, 'content-type': JSON_TYPE }, body }
      const answer = await fetch(`${edgeUrl}/v1/orders`, init)
      if (answer.status >= 300) throw new Error(await answer.text())
    },
  }
}
