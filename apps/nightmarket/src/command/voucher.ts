import { defineCommand } from '../command-line/command.ts'
import { about, ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { money, time } from '../terminal/format.ts'
import { typedOrderId } from './node-id.ts'
import { marketOptions } from './server-options.ts'

/** `voucher`: the code of an order's voucher, to hand to its buyer. */
export const voucherCommand = defineCommand({
  name: 'voucher',
  summary: 'Show the voucher that makes an order good, with its code',
  details:
    'A voucher is issued when an order is released since its units were not there, or by ' +
    'nightmarket orders rescue --voucher. The code is kept nowhere: the market’s key makes it ' +
    'again from the order.',
  arguments: [{ name: 'ORDER', about: 'the order’s id' }],
  options: marketOptions,
  examples: ['voucher 3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11'],
  async run({ values, arguments: [order], terminal }) {
    const orderId = typedOrderId(order ?? null)
    await using connection = await connectCore(values)
    const route = connection.client.v1.orders[':orderId'].voucher
    const voucher = await ask(route.$get({ param: { orderId } }), about(orderId))
    const { code, remainingMinor, currency, expiresAtMs } = voucher
    const grouped = code.replace(/.{4}(?=.)/g, '$&-')
    const text =
      `${terminal.paint('bold', grouped)}  worth ${money(remainingMinor, currency)}, ` +
      `until ${time(expiresAtMs)}`
    return { json: { orderId, ...voucher }, text }
  },
})
