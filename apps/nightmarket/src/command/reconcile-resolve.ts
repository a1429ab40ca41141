import { userInfo } from 'node:os'

import { defineCommand } from '../command-line/command.ts'
import { text } from '../command-line/option.ts'
import { about, ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { usageProblem } from '../problem.ts'
import { marketOptions } from './server-options.ts'

/** `reconcile resolve`: a person has dealt with a mismatch. */
export const reconcileResolveCommand = defineCommand({
  name: 'reconcile resolve',
  summary: 'Close a mismatch that you have dealt with',
  details: 'Your name and your words stay in the books.',
  arguments: [{ name: 'MISMATCH', about: 'its id, from nightmarket reconcile' }],
  options: {
    ...marketOptions,
    note: text('TEXT', 'What was done; needed'),
    by: text('NAME', 'Who did it (default: this user)'),
  },
  examples: ['reconcile resolve disputed:ch_1 --note "answered, papers sent"'],
  async run({ values, arguments: [mismatch], terminal }) {
    const mismatchId = mismatch ?? ''
    const { note } = values
    const by = values.by ?? userInfo().username
    if (note === null) {
      const title = 'A mismatch is only closed with a note.'
      const wayOut = 'Say what was done with --note TEXT.'
      throw usageProblem({ code: 'option_missing', title, wayOut })
    }
    await using connection = await connectCore(values)
    const route = connection.client.v1.mismatches[':mismatchId'].resolve
    const closed = await ask(
      route.$post({ param: { mismatchId }, json: { by, note } }),
      about(mismatchId),
    )
    return { json: closed, text: `${terminal.paint('green', '✓')} ${mismatchId} is closed.` }
  },
})
