import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { marketOptions } from './server-options.ts'

/** `release rollback`: a new number with the content of the release before. */
export const releaseRollbackCommand = defineCommand({
  name: 'release rollback',
  summary: 'Go back to the release before: a new number with its content',
  details:
    'What is offered next changes at once; what was promised is honoured. Rolling back again ' +
    'goes one further back.',
  options: marketOptions,
  examples: ['release rollback'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const activation = await ask(connection.client.v1.releases.rollback.$post({ json: {} }))
    const { releaseId, number } = activation
    const mark = terminal.paint('green', '✓')
    const text = `${mark} Rolled back to release ${releaseId}\n  It is current as number ${number}.`
    return { json: activation, text }
  },
})
