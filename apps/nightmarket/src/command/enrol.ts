import { defineCommand } from '../command-line/command.ts'
import { integerOr, text, textOr } from '../command-line/option.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { time } from '../terminal/format.ts'
import { nodeIdOption } from './node-id.ts'
import { marketOptions } from './server-options.ts'

const MINUTES = { min: 1, max: 7 * 24 * 60 } as const

/** `enrol`: a one-time code for an edge. */
export const enrolCommand = defineCommand({
  name: 'enrol',
  summary: 'Make a one-time code that lets an edge join this market',
  details:
    'The code is told once and good once. With --node a known edge whose disk was lost or ' +
    'restored gets a new epoch: its old journal is never taken again.',
  options: {
    ...marketOptions,
    name: textOr('NAME', 'edge', 'What people call the edge'),
    node: text('ID', 'A known node that needs a new epoch'),
    minutes: integerOr('N', 60, MINUTES, 'How long the code is good'),
  },
  examples: ['enrol --name hall-3', 'enrol --node 0b7c0a2e-… --name hall-3'],
  async run({ values, terminal }) {
    const { name, node, minutes } = values
    await using connection = await connectCore(values, { mayCreate: true })
    const known = node === null ? {} : { nodeId: nodeIdOption(node) }
    const ticket = await ask(
      connection.client.v1.enrolments.$post({
        json: { kind: 'edge', name, ttlMs: minutes * 60_000, ...known },
      }),
    )
    const text = [
      `The code for ${name} is ${terminal.paint('bold', ticket.code)}`,
      `  Good once, until ${time(ticket.expiresAtMs)}.`,
      `  On the edge: nightmarket edge --core URL --enrol ${ticket.code} --name ${name}`,
    ].join('\n')
    return { json: { name, ...ticket }, text }
  },
})
