import { until } from '../../../apps/nightmarket/src/testing/buy.ts'
import { createEdgeClient } from '../../../packages/edge/src/index.ts'

/** Units that somebody else has set aside. */
export interface OthersHold {
  letGo(): Promise<void>
}

/** Somebody else sets a unit aside; it may come from the core first, by way of the line. */
export async function takeHold(edgeUrl: string, buyerId: string): Promise<OthersHold> {
  const client = createEdgeClient(edgeUrl)
  const json = { buyerId, dropId: 'mugs', consent: { personalOffers: false } }
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
  }
}
