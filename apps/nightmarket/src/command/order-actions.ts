import { isCurrency, parseAmount } from '@nightmarket/kernel'

import { defineCommand, type Report } from '../command-line/command.ts'
import { flag, text, textOr } from '../command-line/option.ts'
import { about, ask, askAgain } from '../market/ask.ts'
import { connectCore, type Connection } from '../market/connect.ts'
import { usageProblem } from '../problem.ts'
import { counted, money } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { typedOrderId } from './node-id.ts'
import { marketOptions } from './server-options.ts'

const ORDER = { name: 'ORDER', about: 'the order’s id' } as const

/** `orders refund`: give money back, all of it or a part. */
export const ordersRefundCommand = defineCommand({
  name: 'orders refund',
  summary: 'Give an order’s money back, all that is left or a part',
  arguments: [ORDER],
  options: {
    ...marketOptions,
    amount: text('AMOUNT', 'How much, as in 9.99; all that is left without it'),
    reason: textOr('TEXT', 'refunded by hand', 'Why; stays in the books'),
  },
  examples: ['orders refund 3f0c9a52-… --amount 5.00 --reason "a scratch"'],
  async run({ values, arguments: [order], terminal }) {
    const orderId = typedOrderId(order ?? null)
    await using connection = await connectCore(values)
    const { client } = connection
    const amount =
      values.amount === null ? {} : { amountMinor: await readAmount(connection, values.amount) }
    const json = { reason: values.reason, requestId: crypto.randomUUID(), ...amount }
    const route = client.v1.orders[':orderId'].refund
    const { refunds } = await askAgain(
      () => route.$post({ param: { orderId }, json }),
      about(orderId),
    )
    const lines = refunds.map(
      ({ refundId, amountMinor, currency, state }) =>
        `  ${money(amountMinor, currency)}  ${refundId}  ${state}`,
    )
    const head = `${terminal.paint('green', '✓')} ${counted(refunds.length, 'refund')} decided.`
    return { json: { orderId, refunds }, text: [head, ...lines, laterText(connection)].join('\n') }
  },
})

/** `orders void`: end an order that has no money. */
export const ordersVoidCommand = defineCommand({
  name: 'orders void',
  summary: 'End an order that has no money yet',
  details: 'Its payment is voided first; until the processor has confirmed that, the state stays.',
  arguments: [ORDER],
  options: {
    ...marketOptions,
    reason: textOr('TEXT', 'voided by hand', 'Why; stays in the books'),
  },
  examples: ['orders void 3f0c9a52-… --reason "a test"'],
  async run({ values, arguments: [order], terminal }) {
    const orderId = typedOrderId(order ?? null)
    await using connection = await connectCore(values)
    const route = connection.client.v1.orders[':orderId'].void
    const json = { reason: values.reason }
    const { state } = await ask(route.$post({ param: { orderId }, json }), about(orderId))
    return stateReport(orderId, state, terminal, laterText(connection))
  },
})

/** `orders fulfil`: the goods were handed over. */
export const ordersFulfilCommand = defineCommand({
  name: 'orders fulfil',
  summary: 'Say that an order’s goods were handed over',
  arguments: [ORDER],
  options: marketOptions,
  examples: ['orders fulfil 3f0c9a52-…'],
  async run({ values, arguments: [order], terminal }) {
    const orderId = typedOrderId(order ?? null)
    await using connection = await connectCore(values)
    const route = connection.client.v1.orders[':orderId'].fulfil
    const { state } = await ask(route.$post({ param: { orderId } }), about(orderId))
    return stateReport(orderId, state, terminal)
  },
})

/** `orders rescue`: what a person does for an order whose payment failed or units were missing. */
export const ordersRescueCommand = defineCommand({
  name: 'orders rescue',
  summary: 'Help an order whose payment failed or whose units were not there',
  details:
    'One of: --units-found, the units turned up after all and it is paid like any other; ' +
    '--voucher AMOUNT, make it good with a voucher, once; --release, end the rescue now, so that ' +
    'its units go to the next buyer.',
  arguments: [ORDER],
  options: {
    ...marketOptions,
    'units-found': flag('Its units turned up'),
    voucher: text('AMOUNT', 'Make good with a voucher, as in 5.00'),
    release: flag('End the rescue; the units go on'),
  },
  examples: ['orders rescue 3f0c9a52-… --voucher 5.00', 'orders rescue 3f0c9a52-… --release'],
  async run({ values, arguments: [order], terminal }) {
    const orderId = typedOrderId(order ?? null)
    const { 'units-found': isFound, voucher, release } = values
    if ([isFound, voucher !== null, release].filter(Boolean).length !== 1) throw oneRescue()
    await using connection = await connectCore(values)
    const routes = connection.client.v1.orders[':orderId']
    const param = { orderId }
    if (release) {
      const { end } = await ask(routes.release.$post({ param }), about(orderId))
      return stateReport(orderId, end, terminal, laterText(connection))
    }
    if (voucher === null) {
      await ask(routes.rescue.$post({ param, json: { with: 'units' } }), about(orderId))
    } else {
      const amountMinor = await readAmount(connection, voucher)
      const json = { with: 'voucher', amountMinor } as const
      await ask(routes.rescue.$post({ param, json }), about(orderId))
    }
    const { state } = await ask(routes.$get({ param }))
    const hint =
      voucher === null ? laterText(connection) : `  Its code: nightmarket voucher ${orderId}`
    return stateReport(orderId, state, terminal, hint)
  },
})

function oneRescue(): Error {
  return usageProblem({
    code: 'option_missing',
    title: 'A rescue needs one way: --units-found, --voucher AMOUNT or --release.',
    wayOut: 'See nightmarket orders rescue --help.',
  })
}

function stateReport(orderId: string, state: string, terminal: Terminal, hint = ''): Report {
  const text = `${terminal.paint('green', '✓')} ${orderId} is ${state.replaceAll('_', ' ')}.`
  return { json: { orderId, state }, text: hint === '' ? text : `${text}\n${hint}` }
}

/** Payments are made by a core that runs, not by a command. */
function laterText({ isServed }: Connection): string {
  return isServed ? '' : '  The processor is asked when the market runs: nightmarket up'
}

async function readAmount({ client }: Connection, given: string): Promise<number> {
  const { currency } = await ask(client.v1.market.$get())
  const amount = isCurrency(currency) ? parseAmount(given, currency) : null
  if (amount?.ok === true && amount.value > 0) return amount.value
  throw usageProblem({
    code: 'amount_invalid',
    title: `"${given}" is no amount of ${currency}.`,
    wayOut: 'Give it as 9.99, above zero, without a sign or a symbol.',
  })
}
