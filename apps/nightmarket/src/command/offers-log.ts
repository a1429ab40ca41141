import { defineCommand } from '../command-line/command.ts'
import { integerOr } from '../command-line/option.ts'
import { ask } from '../market/ask.ts'
import { connectEdge } from '../market/connect-edge.ts'
import { time } from '../terminal/format.ts'
import { table } from '../terminal/table.ts'
import { marketOptions } from './server-options.ts'

/** `offers log`: how offers were decided at the edge. */
export const offersLogCommand = defineCommand({
  name: 'offers log',
  summary: 'Show how offers were decided: what was seen, chosen, and how likely it was',
  details:
    'The latest decisions of the edge on this machine, oldest first. Nothing in them names a ' +
    'viewer. With --json each has all that the rules saw.',
  options: {
    ...marketOptions,
    count: integerOr('N', 100, { min: 1, max: 1_000 }, 'how many'),
  },
  examples: ['offers log', 'offers log --count 20'],
  async run({ values, terminal }) {
    const client = await connectEdge(values)
    const query = { count: values.count }
    const { decisions } = await ask(client.v1.offers.decisions.$get({ query }))
    const rows = decisions.flatMap(({ variants, ...decision }) =>
      variants.map((variant) => ({ ...decision, ...variant })),
    )
    if (rows.length === 0) return { json: { decisions }, text: 'No offer was decided yet.' }
    const rendered = table(
      rows,
      [
        { title: 'WHEN', cell: ({ atMs }) => time(atMs) },
        { title: 'DROP', cell: ({ dropId }) => dropId },
        { title: 'VARIANT', shortens: true, leavesAs: 1, cell: ({ variantId }) => variantId },
        { title: 'OFFER', cell: ({ offerId }) => offerId ?? 'none' },
        { title: 'LIKELY', align: 'right', cell: ({ propensity }) => percent(propensity) },
        { title: 'PERSONAL', cell: ({ hasConsent }) => (hasConsent ? 'yes' : 'no') },
      ],
      terminal,
    )
    return { json: { decisions }, text: rendered }
  },
})

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
