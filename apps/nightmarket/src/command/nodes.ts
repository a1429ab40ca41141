import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { nodesTable } from '../view/market-view.ts'
import { marketOptions } from './server-options.ts'

/** `nodes`: who sells for this market. */
export const nodesCommand = defineCommand({
  name: 'nodes',
  summary: 'List edges and tills: state, epoch, last contact, what they hold',
  options: marketOptions,
  examples: ['nodes', 'nodes --json'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { nodes } = await ask(connection.client.v1.nodes.$get())
    const text =
      nodes.length === 0
        ? 'Nobody has enrolled yet. nightmarket enrol makes a code for an edge or a till.'
        : nodesTable(nodes, terminal, Date.now())
    return { json: { nodes }, text }
  },
})
