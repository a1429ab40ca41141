import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { Problem } from '../problem.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Run a command of this program as anybody would, and return its report. Throws its `Problem`. */
export async function runCommand(words: readonly string[]): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [MAIN, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)])
  const report = parse(out)
  if (child.exitCode === 0 && report !== null) return report
  throw new Problem({
    code: 'command_failed',
    title: `nightmarket ${words.join(' ')} failed.`,
    detail: error.trim(),
  })
}

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  await once(child, 'close')
}

function parse(out: string): Record<string, unknown> | null {
  try {
    return JSON.parse(out) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
