import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { releasesTable } from '../view/market-view.ts'
import { marketOptions } from './server-options.ts'

/** `release list`: every release that was applied, and when it was current. */
export const releaseListCommand = defineCommand({
  name: 'release list',
  summary: 'List releases, the newest first; ● is current',
  details: 'NUMBERS are the activations of a release; ↩ marks one that a rollback made.',
  options: marketOptions,
  examples: ['release list'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values)
    const { releases } = await ask(connection.client.v1.releases.$get())
    const text =
      releases.length === 0
        ? 'There is no release yet. nightmarket show apply makes one of a show file.'
        : releasesTable(releases, terminal)
    return { json: { releases }, text }
  },
})
