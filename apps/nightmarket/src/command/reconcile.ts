import { defineCommand } from '../command-line/command.ts'
import { flag } from '../command-line/option.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { counted } from '../terminal/format.ts'
import { clean } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { mismatchesTable, type MismatchRow } from '../view/market-view.ts'
import { marketOptions } from './server-options.ts'

/** `reconcile`: match journal, processor and stock now, and show what disagrees. */
export const reconcileCommand = defineCommand({
  name: 'reconcile',
  summary: 'Match journal, processor and stock now, and show what disagrees',
  details:
    'The same pass runs by itself every minute. What nothing explains is refunded in an hour; ' +
    'the rest waits for a person, with one thing to do. Exit code 0 also when something disagrees.',
  options: { ...marketOptions, 'no-run': flag('Only show; do not run a pass') },
  examples: ['reconcile', 'reconcile --no-run --json'],
  async run({ values, terminal }) {
    await using connection = await connectCore(values, { needsProcessor: !values['no-run'] })
    const { client } = connection
    terminal.progress('Matching journal, processor and stock …')
    const pass = values['no-run'] ? null : await ask(client.v1.reconcile.$post())
    const { mismatches } = await ask(client.v1.mismatches.$get({ query: { limit: '500' } }))
    const head =
      mismatches.length === 0
        ? `${terminal.paint('green', '✓')} Everything agrees.`
        : openText(mismatches, terminal)
    const parts = [...(pass === null ? [] : [passText(pass, terminal)]), head]
    return { json: { pass, mismatches }, text: parts.join('\n\n') }
  },
})

function openText(mismatches: readonly MismatchRow[], terminal: Terminal): string {
  const head = counted(mismatches.length, 'mismatch', 'mismatches')
  const rows = mismatchesTable(mismatches, terminal, Date.now())
  return `${terminal.paint('yellow', head)} for a person\n${rows}`
}

interface Pass {
  readonly listed: number
  readonly opened: number
  readonly closed: number
  readonly refunded: number
  readonly voided: number
  readonly processorFault: string | null
}

function passText(pass: Pass, terminal: Terminal): string {
  const { listed, opened, closed, refunded, voided, processorFault } = pass
  const text =
    `${counted(listed, 'charge')} listed, ${counted(opened, 'mismatch', 'mismatches')} opened, ` +
    `${closed} closed, ${refunded} refunded, ${voided} voided.`
  if (processorFault === null) return text
  const warning = `The processor was not reached: ${clean(processorFault, 200)}`
  return `${text}\n${terminal.paint('yellow', '!')} ${warning}`
}
