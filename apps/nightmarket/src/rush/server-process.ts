import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { Addresses } from '../market/running.ts'
import { Problem } from '../problem.ts'
import { OWNED_PART } from '../role/parent-end.ts'

/** The program itself: its parts are started as anybody would start them. */
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** How long a part may take until it listens. */
const READY_MS_MAX = 60_000

/** How long a part may take to stop when it is asked to. */
const STOP_MS_MAX = 20_000

/** What a part said last, kept to tell why it died. */
const LAST_WORDS_MAX = 20

/** What a process of its own is started as. */
export interface ServerStart {
  /** For people: `core`, `edge-2`. */
  readonly name: string
  /** The command line, without `--json` and `--port`. */
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** A part died, or would not start, that nobody had stopped. */
  readonly onDeath?: (problem: Problem) => void
}

/**
 * One part of a market as a process of its own, to be stopped, killed and started again.
 *
 * It keeps the port that it took first, so that whoever knew its address finds it again.
 */
export class ServerProcess implements AsyncDisposable {
  readonly name: string
  readonly #start: ServerStart
  readonly #lastWords: string[] = []
  #child: ChildProcess | null = null
  #url: string | null = null
  /** From the start of the process to its `ready`, the last time. */
  #startMs = 0
  #isEnding = false

  private constructor(start: ServerStart) {
    this.name = start.name
    this.#start = start
  }

  /** Start a part and wait until it listens. Throws `Problem` with its own words if it does not. */
  static async start(start: ServerStart): Promise<ServerProcess> {
    const server = new ServerProcess(start)
    await server.restart()
    return server
  }

  get url(): string {
    if (this.#url === null) throw new Error(`${this.name} was never ready`)
    return this.#url
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  /** How long its last start took, in milliseconds. */
  get startMs(): number {
    return this.#startMs
  }

  /** Start it, again or for the first time, where it was. */
  async restart(): Promise<void> {
    const startedMs = performance.now()
    this.#isEnding = false
    const port = this.#url === null ? '0' : new URL(this.#url).port
    const words = [MAIN, ...this.#start.words, '--port', port, '--json']
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', [OWNED_PART]: '1', ...this.#start.environment },
    })
    this.#child = child
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`))
    createInterface(child.stderr).on('line', (line) => this.#hear(line))
    this.#url = addressIn(await this.#firstLine(child))
    this.#startMs = performance.now() - startedMs
  }

  /** End it as a power cut would: no signal that it could hear. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ask it to stop, and wait until it has. */
  async stop(): Promise<void> {
    const patience = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_MS_MAX)
    await this.#end('SIGTERM')
    clearTimeout(patience)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#isEnding = true
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = null
    if (!this.#isEnding && this.#url !== null) this.#start.onDeath?.(this.#death(how))
  }

  #hear(line: string): void {
    this.#lastWords.push(line)
    if (this.#lastWords.length > LAST_WORDS_MAX) this.#lastWords.shift()
  }

  async #firstLine(child: ChildProcess): Promise<string> {
    if (child.stdout === null) throw new Error('standard output is piped')
    const lines = createInterface(child.stdout)
    const patience = AbortSignal.timeout(READY_MS_MAX)
    const line = once(lines, 'line', { signal: patience }).then(([text]) => String(text))
    const closed = once(lines, 'close', { signal: patience }).then(() => null)
    const said = await Promise.race([line, closed]).catch(() => null)
    if (said !== null && said.startsWith('{') && !said.startsWith('{"error"')) return said
    child.kill('SIGKILL')
    throw this.#death(said ?? 'it said nothing')
  }

  #death(how: string): Problem {
    return new Problem({
      code: 'part_died',
      title: `The ${this.name} of this market ended: ${how}.`,
      detail: this.#lastWords.join('\n'),
      wayOut: `It was started as: nightmarket ${this.#start.words.join(' ')}`,
    })
  }
}

/** Each part says its own address alone; a whole market's is its edge's. */
function addressIn(line: string): string {
  const { edge, core, sandbox } = JSON.parse(line) as Partial<Addresses>
  const url = edge ?? core ?? sandbox ?? null
  if (url === null) throw new Error(`no address in ${line}`)
  return url
}
