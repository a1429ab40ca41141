import { defineCommand } from '../command-line/command.ts'
import { errorToProblem } from '../command-line/error-to-problem.ts'
import type { Check, Finding } from '../doctor/check.ts'
import { EXIT } from '../problem.ts'
import type { Paint, Terminal } from '../terminal/terminal.ts'
import { databaseOf, marketOptions } from './server-options.ts'

const SIGNS: Readonly<Record<Finding['state'], readonly [sign: string, paint: Paint]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
}

/** `doctor`: whether a market can run here, tried on the disk and database it would use. */
export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Check this machine, its disk, keys, journals and books',
  details: 'Writes only to a scratch folder, which it removes. Exit code 1 when a check failed.',
  options: marketOptions,
  examples: ['doctor', 'doctor --data ./market --json'],
  async run({ values, terminal }) {
    const { machineChecks } = await import('../doctor/machine-checks.ts')
    const { storageChecks } = await import('../doctor/storage-checks.ts')
    const { booksChecks } = await import('../doctor/books-checks.ts')
    const checks = [
      ...machineChecks(values.data),
      ...storageChecks(values.data),
      ...booksChecks(values.data, databaseOf(values.database)),
    ]
    const findings: (Finding & { readonly name: string })[] = []
    for (const check of checks) {
      terminal.progress(`Checking: ${check.name}`)
      findings.push({ name: check.name, ...(await runCheck(check)) })
    }
    const failures = findings.filter(({ state }) => state === 'failed').length
    const isSound = failures === 0
    return {
      json: { sound: isSound, checks: findings },
      text: findings.map((finding) => lineOf(finding, terminal)).join('\n'),
      exitCode: isSound ? 0 : EXIT.failed,
    }
  },
})

/** A check that cannot be made has failed, and says why. */
async function runCheck(check: Check): Promise<Finding> {
  try {
    return await check.run()
  } catch (error) {
    const { title, wayOut } = errorToProblem(error)
    return { state: 'failed', detail: title, ...(wayOut === null ? {} : { wayOut }) }
  }
}

function lineOf(finding: Finding & { readonly name: string }, terminal: Terminal): string {
  const [sign, paint] = SIGNS[finding.state]
  const line = `${terminal.paint(paint, sign)} ${finding.name}: ${finding.detail}`
  return finding.wayOut === undefined ? line : `${line}\n    → ${finding.wayOut}`
}
