import type { CoreClient } from '@nightmarket/core/client'
import type { ReleaseId } from '@nightmarket/kernel'

import { defineCommand } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { Problem } from '../problem.ts'
import { clean } from '../terminal/table.ts'
import { marketOptions } from './server-options.ts'

/** `release activate`: make a release current, everywhere. */
export const releaseActivateCommand = defineCommand({
  name: 'release activate',
  summary: 'Make a release current',
  details: 'What was promised under the release before is honoured. Again changes nothing.',
  arguments: [{ name: 'RELEASE', about: 'the release’s id, or its first characters' }],
  options: marketOptions,
  examples: ['release activate 3f9c2d'],
  async run({ values, arguments: [wanted], terminal }) {
    await using connection = await connectCore(values)
    const { client } = connection
    const releaseId = await findRelease(client, wanted ?? '')
    const route = client.v1.releases[':releaseId'].activate
    const activation = await ask(route.$post({ param: { releaseId }, json: {} }))
    const mark = terminal.paint('green', '✓')
    const text = `${mark} release ${releaseId}\n  It is current as number ${activation.number}.`
    return { json: activation, text }
  },
})

/** The one release whose id begins like that. Throws a `Problem` when none or several do. */
async function findRelease(client: CoreClient, wanted: string): Promise<ReleaseId> {
  const { releases } = await ask(client.v1.releases.$get())
  const found = releases.filter(({ releaseId }) => releaseId.startsWith(wanted.toLowerCase()))
  const [only] = found
  if (only !== undefined && found.length === 1) return only.releaseId
  const isNone = found.length === 0
  throw new Problem({
    code: isNone ? 'release_unknown' : 'release_ambiguous',
    title: isNone
      ? `No release begins with "${clean(wanted)}".`
      : `${found.length} releases begin with "${clean(wanted)}".`,
    wayOut: isNone ? 'See nightmarket release list.' : 'Give more of its characters.',
  })
}
