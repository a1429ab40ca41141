import { defineCommand } from '../command-line/command.ts'
import { textOr } from '../command-line/option.ts'
import { about, ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { nodeIdOption } from './node-id.ts'
import { marketOptions } from './server-options.ts'

/** `nodes revoke`: refuse an edge from now on. */
export const nodesRevokeCommand = defineCommand({
  name: 'nodes revoke',
  summary: 'Refuse an edge from now on',
  details:
    'It is told to stop selling; whether it hears that or not, nothing of it is taken any more. ' +
    'The units it has wait for nightmarket nodes write-off.',
  arguments: [{ name: 'NODE', about: 'the node’s id, from nightmarket nodes' }],
  options: {
    ...marketOptions,
    reason: textOr('TEXT', 'revoked by hand', 'Why; stays in the books'),
  },
  examples: ['nodes revoke 0b7c0a2e-… --reason "stolen"'],
  async run({ values, arguments: [node], terminal }) {
    const nodeId = nodeIdOption(node ?? '')
    const { reason } = values
    await using connection = await connectCore(values)
    const { client } = connection
    const route = client.v1.nodes[':nodeId'].revoke
    await ask(route.$post({ param: { nodeId }, json: { reason } }), about(nodeId))
    const text = [
      `${terminal.paint('green', '✓')} ${nodeId} is refused from now on.`,
      '  Count what it still has, and give its units up with nightmarket nodes write-off.',
    ].join('\n')
    return { json: { nodeId, state: 'revoked', reason }, text }
  },
})
