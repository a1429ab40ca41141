import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { readReceipt } from './receipt-verify.ts'
import { marketOptions } from './server-options.ts'

/** `receipt restore`: a sale of a lost till, from its buyer's copy. */
export const receiptRestoreCommand = defineCommand({
  name: 'receipt restore',
  summary: 'Book a sale from its receipt, when the till that made it is lost',
  details:
    'The receipt is checked first. It counts once, and only where the journal does not come any ' +
    'more: of a node that was enrolled anew, or revoked. Units and payment follow as usual.',
  arguments: [{ name: 'FILE', about: 'the receipt as JSON, or - for standard input' }],
  options: marketOptions,
  examples: ['receipt restore receipt.json'],
  async run({ values, arguments: [file] }) {
    const receipt = readReceipt(file ?? '-') as Record<string, unknown>
    await using connection = await connectCore(values)
    const { receipts } = connection.client.v1
    const restored = await ask(receipts.restore.$post({ json: receipt }))
    const { orderId, status } = restored
    const text =
      status === 'restored'
        ? `Order ${orderId} is in the books again.`
        : `Order ${orderId} is in the books already. Nothing was changed.`
    return { json: restored, text }
  },
})
