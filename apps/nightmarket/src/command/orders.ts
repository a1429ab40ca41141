import type { CoreClient } from '@nightmarket/core/client'
import { ORDER_IS_OPEN, type OrderState } from '@nightmarket/kernel'

import { defineCommand, type Report } from '../command-line/command.ts'
import { flag, integerOr, text } from '../command-line/option.ts'
import { about, ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { usageProblem } from '../problem.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { countsText, orderPage, ordersTable } from '../view/order-view.ts'
import { typedOrderId } from './node-id.ts'
import { marketOptions } from './server-options.ts'

const STATES = Object.keys(ORDER_IS_OPEN) as readonly OrderState[]

/** `orders`: what was sold; with an id, one order and its money. */
export const ordersCommand = defineCommand({
  name: 'orders',
  summary: 'List orders, the newest first, or show one with its money',
  details: `States: ${STATES.join(', ')}.`,
  arguments: [{ name: 'ORDER', about: 'an order’s id, for its page', isOptional: true }],
  options: {
    ...marketOptions,
    state: text('STATE,…', 'Only orders in these states'),
    open: flag('Only orders that somebody still owes an end'),
    node: text('ID', 'Only orders that this edge accepted'),
    drop: text('ID', 'Only orders of this drop'),
    buyer: text('ID', 'Only orders of this buyer'),
    limit: integerOr('N', 50, { min: 1, max: 500 }, 'How many to show'),
  },
  examples: [
    'orders',
    'orders --state rescue,unknown',
    'orders 3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11',
  ],
  async run({ values, arguments: [order], terminal }) {
    await using connection = await connectCore(values)
    const { client } = connection
    if (typeof order === 'string') return await showOrder(client, order, terminal)
    const { limit } = values
    const query = { ...filterOf(values), limit: String(limit) }
    const { orders, next } = await ask(client.v1.orders.$get({ query }))
    const { counts } = await ask(client.v1.orders.counts.$get({ query }))
    const sold = counts.reduce((sum, { orders: some }) => sum + some, 0)
    const parts = [ordersTable(orders, terminal, Date.now()), countsText(counts)]
    if (next !== null) parts.push(`The newest ${limit} of ${sold}; --limit shows more.`)
    const isNone = orders.length === 0
    return { json: { orders, counts, next }, text: isNone ? 'No orders.' : parts.join('\n\n') }
  },
})

async function showOrder(client: CoreClient, text: string, terminal: Terminal): Promise<Report> {
  const orderId = typedOrderId(text)
  const order = await ask(client.v1.orders[':orderId'].$get({ param: { orderId } }), about(orderId))
  return { json: order, text: orderPage(order, terminal, Date.now()) }
}

function filterOf(values: {
  readonly state: string | null
  readonly open: boolean
  readonly node: string | null
  readonly drop: string | null
  readonly buyer: string | null
}) {
  const open = values.open ? STATES.filter((state) => ORDER_IS_OPEN[state]).join(',') : null
  const state = values.state ?? open
  for (const word of state?.split(',') ?? []) assertState(word)
  return {
    ...(state === null ? {} : { state }),
    ...(values.node === null ? {} : { nodeId: values.node }),
    ...(values.drop === null ? {} : { dropId: values.drop }),
    ...(values.buyer === null ? {} : { buyerId: values.buyer }),
  }
}

function assertState(word: string): void {
  if (STATES.some((state) => state === word)) return
  throw usageProblem({
    code: 'option_invalid',
    title: `--state does not know "${word}".`,
    wayOut: `Give some of: ${STATES.join(', ')}.`,
  })
}
