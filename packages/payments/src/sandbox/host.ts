import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'

import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'
import { openSqliteStore } from './sqlite-store.ts'

/** A sandbox's settings, with what a port, a file and a clock add. */
export interface SandboxHostOptions extends Omit<
  SandboxOptions,
  'nowMs' | 'store' | 'dropConnection' | 'onWork'
> {
  /** 0 takes a free one. */
  readonly port: number
  readonly hostname?: string
  /** Where the state is kept; absent, in memory only. */
  readonly dataFile?: string
  readonly nowMs?: () => number
  /** False leaves `deliverDue` to the caller, whose clock is its own. */
  readonly deliversByItself?: boolean
}

/** A sandbox that listens. */
export interface SandboxHost extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly sandbox: Sandbox
  /** Stop listening, end what hangs, write what is not written. Idempotent. */
  close(): Promise<void>
}

/** Longest sleep of the pump: a timer cannot wait longer than 2^31 ms. */
const PUMP_MS_MAX = 60_000

/**
 * Run a sandbox on Node: a port, a file, and a timer for what is due. Throws when the port is busy
 * or the file is in use.
 */
export async function startSandbox(options: SandboxHostOptions): Promise<SandboxHost> {
  const { port, hostname = '127.0.0.1', dataFile, nowMs = Date.now, ...others } = options
  const { deliversByItself = true, ...rest } = others
  const pump = createPump(nowMs)
  const sandbox = createSandbox({
    ...rest,
    nowMs,
    dropConnection,
    onWork: () => pump.wake(),
    ...(dataFile === undefined ? {} : { store: openSqliteStore(dataFile) }),
  })
  const server = createAdaptorServer({ fetch: sandbox.app.fetch }) as Server
  try {
    await listen(server, port, hostname)
  } catch (error) {
    sandbox.close()
    throw error
  }
  if (deliversByItself) pump.start(sandbox)
  const bound = (server.address() as AddressInfo).port

  let closing: Promise<void> | null = null
  function close(): Promise<void> {
    closing ??= shut(server, pump, sandbox)
    return closing
  }
  const url = `http://${hostname}:${bound}`
  return { url, port: bound, sandbox, close, [Symbol.asyncDispose]: close }
}

async function shut(server: Server, pump: Pump, sandbox: Sandbox): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
  await pump.stop()
  sandbox.close()
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function dropConnection(context: Context): Response {
  const { incoming } = context.env as HttpBindings
  incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}

interface Pump {
  start(sandbox: Sandbox): void
  wake(): void
  stop(): Promise<void>
}

/** Call `deliverDue` when something is due, one call at a time. */
function createPump(nowMs: () => number): Pump {
  let sandbox: Sandbox | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let armedMs = Infinity
  let running: Promise<void> | null = null

  function wake(): void {
    const dueMs = running === null ? (sandbox?.nextDueMs() ?? Infinity) : Infinity
    // A timer that is early enough stays: many changes must not push it away.
    if (dueMs >= armedMs) return
    clearTimeout(timer)
    armedMs = dueMs
    const delayMs = Math.min(PUMP_MS_MAX, Math.max(0, dueMs - nowMs()))
    timer = setTimeout(() => {
      armedMs = Infinity
      running = run()
    }, delayMs)
  }

  async function run(): Promise<void> {
    try {
      await sandbox?.deliverDue()
    } catch (error) {
      console.error('the sandbox could not deliver', error)
    } finally {
      running = null
      wake()
    }
  }

  return {
    start(started) {
      sandbox = started
      wake()
    },
    wake,
    async stop() {
      clearTimeout(timer)
      sandbox = null
      await running
    },
  }
}
