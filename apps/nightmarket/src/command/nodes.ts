import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { nodesTable } from '../view/market-view.ts'
import { marketOptions } from './server-options.ts'

/** `nodes`: who sells for this market. */
export const nodesCommand = defineCommand({
  name: 'nodes',
  summary: 'List the edges: state, epoch, last contact, clock, journal',
  options: marketOptions,
  examples: ['nodes', 'nodes --json'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { nodes } = await ask(connection.client.v1.nodes.$get())
    const text =
      nodes.length === 0
        ? 'No edge has enrolled yet. nightmarket enrol makes a code for one.'
        : nodesTable(nodes, terminal, Date.now())
    return { json: { nodes }, text }
  },
})
