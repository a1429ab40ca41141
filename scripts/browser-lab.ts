import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill } from 'node:process'
import { chromium, type BrowserContext } from 'playwright-core'
import { build } from 'vite'

import { CHROMIUM_ARGUMENTS, findChromium } from './chromium.ts'

/** A page's module, bundled and served on a port of its own, for tests in a real browser. */
export interface ServedModule extends AsyncDisposable {
  /** An empty page of this origin; its module is at `/module.js`. */
  readonly url: string
}

/** A folder for one browser profile, removed with the test. */
export interface Profile extends Disposable {
  readonly path: string
}

/** Bundle one TypeScript module as the apps are, and serve it with an empty page around it. */
export async function serveModule(entry: string): Promise<ServedModule> {
  const code = await bundleModule(entry)
  const server = createServer((request, response) => {
    const isModule = request.url === '/module.js'
    response.setHeader('content-type', isModule ? 'text/javascript' : 'text/html')
    response.end(isModule ? code : '<!doctype html><meta charset=utf-8><title>lab</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the lab has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Bundle one TypeScript module as the apps are; its text is returned. */
export async function bundleModule(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry, formats: ['es'], fileName: 'module' },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  for (const each of outputs) {
    if ('output' in each) return each.output[0].code
  }
  throw new Error(`${entry} was not bundled`)
}

/** A new, empty profile. */
export function createProfile(): Profile {
  const path = mkdtempSync(join(tmpdir(), 'nightmarket-profile-'))
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** A running browser on a profile. Disposing closes it in order; `kill` ends it as a crash does. */
export interface LabBrowser extends AsyncDisposable {
  readonly context: BrowserContext
  /** Where a debugger connects. */
  readonly endpoint: string
  /** `kill -9` of the whole browser; resolves when it is gone. */
  kill(): Promise<void>
}

/** How long a browser may take until it answers; the machine is shared. */
const PATIENCE = { timeout: 120_000 } as const

/** Start this machine's Chromium on a profile, with more arguments. Throws where there is none. */
export async function openChromium(
  profile: Pick<Profile, 'path'>,
  more: readonly string[] = [],
): Promise<LabBrowser> {
  const path = findChromium()
  if (path === null) throw new Error('there is no Chromium on this machine')
  const profileArgument = `--user-data-dir=${profile.path}`
  const own = ['--headless', '--remote-debugging-port=0', profileArgument]
  const process = spawn(path, [...CHROMIUM_ARGUMENTS, ...own, ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const exited = once(process, 'exit')
  const endpoint = await debuggerOf(process)
  const browser = await chromium.connectOverCDP(endpoint, PATIENCE)
  const context = browser.contexts()[0]
  if (context === undefined) throw new Error('the browser has no context')
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (process.exitCode === null && process.signalCode === null) killGroup(process, signal)
    await exited
  }
  return {
    context,
    endpoint,
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await browser.close().catch(() => undefined)
      await end('SIGTERM')
    },
  }
}

/** The group is the browser and all its children, and nothing else: we made it. */
function killGroup({ pid }: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): void {
  if (pid !== undefined) kill(-pid, signal)
}

async function debuggerOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('the browser has no stderr')
  let said = ''
  for await (const chunk of stderr) {
    said += String(chunk)
    const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
    if (address === undefined) continue
    stderr.resume()
    return address
  }
  throw new Error(`Chromium did not start: ${said}`)
}
