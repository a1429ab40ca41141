import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** What a command that has ended said. */
export interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly error: string
}

/** Run one command of the command line to its end, in a process of its own. */
export async function runNightmarket(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = start(words, environment)
  const said = collect(child)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, ...said }
}

/** Run a command with `--json`, and return the one object that it printed. */
export async function runForJson<T>(words: readonly string[]): Promise<T> {
  const { exitCode, out, error } = await runNightmarket([...words, '--json'])
  if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}: ${error}${out}`)
  return JSON.parse(out) as T
}

/** A command that goes on, such as `up`. Closing it sends SIGTERM and waits. */
export interface Started extends AsyncDisposable {
  readonly pid: number
  /** What the ready line says: `edge`, `core`, `sandbox`. */
  readonly addresses: Readonly<Record<string, string>>
  readonly said: { readonly out: string; readonly error: string }
  /** Send a signal and wait for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Start a command and wait for its ready line. Throws what it said when it ends before. */
export async function startNightmarket(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const child = start(words, environment)
  const said = collect(child)
  const closed = once(child, 'close') as Promise<[number | null]>
  const line = await Promise.race([readyLineOf(child, said), closed.then(() => null)])
  if (line === null) throw new Error(`${words.join(' ')} did not start: ${said.error}${said.out}`)
  const parts = line.split(' ').slice(1)
  const addresses = Object.fromEntries(parts.map((part) => part.split('=', 2) as [string, string]))
  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    child.kill(signal)
    const [exitCode] = await closed
    return exitCode
  }
  const pid = child.pid ?? 0
  return { pid, addresses, said, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

/** A folder for one test, removed after it. */
export function openTestFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'nightmarket-app-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

function start(words: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1', NIGHTMARKET_DATABASE: '', ...environment }
  return spawn(process.execPath, [MAIN, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function collect(child: ChildProcess) {
  const said = { out: '', error: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.error += text))
  return said
}

function readyLineOf(child: ChildProcess, said: { readonly out: string }): Promise<string> {
  return new Promise((resolve) => {
    child.stdout?.on('data', () => {
      const line = /^ready .*$/m.exec(said.out)?.[0]
      if (line !== undefined && said.out.includes(`${line}\n`)) resolve(line)
    })
  })
}
