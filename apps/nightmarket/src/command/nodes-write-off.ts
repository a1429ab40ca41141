import { parseId } from '@nightmarket/kernel'

import { defineCommand } from '../command-line/command.ts'
import { text } from '../command-line/option.ts'
import { about, askAgain } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { usageProblem } from '../problem.ts'
import { counted as countedText } from '../terminal/format.ts'
import { nodeIdOption } from './node-id.ts'
import { marketOptions } from './server-options.ts'

/** `nodes write-off`: give up on the units of a lost edge. */
export const nodesWriteOffCommand = defineCommand({
  name: 'nodes write-off',
  summary: 'Give up on a lost edge’s units, with a count of what is there',
  details:
    'What was counted can be sold again. The rest leaves the stock: if the edge’s journal still ' +
    'turns up with a sale of it, that order goes to rescue, never silently oversold.',
  arguments: [{ name: 'NODE', about: 'the node’s id, from nightmarket nodes' }],
  options: {
    ...marketOptions,
    counted: text('ITEM=N,…', 'What a person counted; what is not named is 0; none for nothing'),
  },
  examples: [
    'nodes write-off 0b7c0a2e-… --counted harbour-mug:fog=3,tea-strainer=1',
    'nodes write-off 0b7c0a2e-… --counted none',
  ],
  async run({ values, arguments: [node], terminal }) {
    const nodeId = nodeIdOption(node ?? '')
    const counted = parseCounts(values.counted)
    await using connection = await connectCore(values)
    const route = connection.client.v1.nodes[':nodeId']['write-off']
    const json = { counted, requestId: crypto.randomUUID() }
    const report = await askAgain(() => route.$post({ param: { nodeId }, json }), about(nodeId))
    const { leases, unitsBack, unitsWrittenOff } = report
    const text =
      `${terminal.paint('green', '✓')} ${countedText(leases, 'lease')} given up: ` +
      `${countedText(unitsBack, 'unit')} back, ${unitsWrittenOff} written off.`
    return { json: { nodeId, ...report }, text }
  },
})

/** Without a count nothing is given up: a slip must not take units out of the stock. [L4] */
function parseCounts(given: string | null) {
  if (given === null) {
    throw usageProblem({
      code: 'count_missing',
      title: 'Units are only given up with a count of what is there.',
      wayOut: 'Give --counted ITEM=UNITS,… for what was found, or --counted none.',
    })
  }
  if (given.trim() === 'none') return []
  const parts = given.split(',').filter((part) => part.trim() !== '')
  return parts.map((part) => {
    const [, item = '', units = ''] = /^\s*(.+)=(\d{1,7})\s*$/.exec(part) ?? []
    const itemId = parseId<'item'>(item)
    if (itemId.ok) return { itemId: itemId.value, quantity: Number(units) }
    const title = `--counted does not take "${part}".`
    const wayOut = 'Give ITEM=UNITS pairs with commas between, as in tea-strainer=1.'
    throw usageProblem({ code: 'option_invalid', title, wayOut })
  })
}
