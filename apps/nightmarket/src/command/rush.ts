import { randomInt } from 'node:crypto'

import { defineCommand } from '../command-line/command.ts'
import { flag, integer, integerOr } from '../command-line/option.ts'
import { runRush } from '../rush/run-rush.ts'
import { rushReport } from '../rush/rush-report.ts'

/** `rush`: real buyers over HTTP against real processes, from an empty folder to verified books. */
export const rushCommand = defineCommand({
  name: 'rush',
  summary: 'Let a crowd of buyers rush on a few units, and verify what came of it',
  details:
    'Starts a market of its own in a temporary folder, each part a process, and removes it in the ' +
    'end. Every buyer asks for an offer, taps, and repeats with the same id when the connection is ' +
    'lost; every receipt is kept and held against journals and books. Exit code 1 when anything ' +
    'was lost, oversold or does not verify.',
  options: {
    units: integerOr('N', 1_000, { min: 1, max: 1_000_000 }, 'Units there are to sell'),
    buyers: integerOr('M', 3_000, { min: 1, max: 500_000 }, 'People who come'),
    concurrency: integerOr('C', 64, { min: 1, max: 4_096 }, 'Taps under way at once'),
    edges: integerOr('K', 2, { min: 1, max: 32 }, 'Edges that sell'),
    'cut-uplink': integer(
      'SECONDS',
      { min: 1, max: 600 },
      'Cut the way from the edges to the core for that long, in the middle',
    ),
    'kill-edge': flag('End an edge with kill -9 in the middle, and start it again'),
    seed: integer('N', { min: 0, max: 0xffff_ffff }, 'Makes the crowd the same again'),
  },
  examples: [
    'rush --units 500 --buyers 5000',
    'rush --units 2000 --buyers 20000 --edges 3 --cut-uplink 10 --kill-edge --json',
  ],
  async run({ values, terminal }) {
    const { units, buyers, concurrency, edges } = values
    const troubles = {
      cutMs: (values['cut-uplink'] ?? 0) * 1_000,
      killsEdge: values['kill-edge'],
    }
    const seed = values.seed ?? randomInt(0x1_0000_0000)
    const result = await runRush({ units, buyers, concurrency, edges, troubles, seed }, terminal)
    return rushReport(result, terminal)
  },
})
