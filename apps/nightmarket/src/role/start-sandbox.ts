import { join } from 'node:path'

import { startSandbox as openSandbox } from '@nightmarket/payments/sandbox'
import { ServeFault } from '@nightmarket/http/host'

import { createSecret, MARKET_FILES } from '../market/market-folder.ts'
import { ensureFolder, readOrCreate } from '../market/secure-file.ts'
import { Problem } from '../problem.ts'
import type { RunningRole } from './running-role.ts'

/** What a sandbox is started with. */
export interface SandboxOptions {
  readonly folder: string
  readonly port: number
  readonly hostname: string
}

/** The secrets that a market's core and its sandbox share. */
export interface SandboxSecrets {
  readonly secretKey: string
  readonly webhookSecret: string
}

/** The secrets of the sandbox in a market's folder; made on first use. */
export function openSandboxSecrets(folder: string): SandboxSecrets {
  const path = join(MARKET_FILES.sandbox(folder), 'secrets.json')
  const create = () => ({
    secretKey: `sk_test_${createSecret()}`,
    webhookSecret: `whsec_${createSecret()}`,
  })
  return JSON.parse(readOrCreate(path, () => `${JSON.stringify(create())}\n`)) as SandboxSecrets
}

/** Run the sandbox processor on a market's folder. Throws `ServeFault` when the port is busy. */
export async function startSandbox(options: SandboxOptions): Promise<RunningRole> {
  const { folder, port, hostname } = options
  ensureFolder(MARKET_FILES.sandbox(folder))
  const { secretKey } = openSandboxSecrets(folder)
  const dataFile = join(MARKET_FILES.sandbox(folder), 'sandbox.db')
  try {
    const host = await openSandbox({ port, hostname, secretKey, dataFile })
    return { url: host.url, port: host.port, [Symbol.asyncDispose]: () => host.close() }
  } catch (error) {
    throw startProblem(error, options) ?? error
  }
}

/** What keeps a sandbox from starting, and what to do about it; `null` for what nobody foresaw. */
function startProblem(error: unknown, options: SandboxOptions): Error | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const { port, hostname, folder } = options
  const at = `port ${port} on ${hostname}`
  if (code === 'EADDRINUSE') {
    return new ServeFault('port_busy', `${at} is in use`, { cause: error })
  }
  if (code === 'EACCES') {
    return new ServeFault('port_forbidden', `${at} needs more rights`, { cause: error })
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    const message = `this machine has no address ${hostname}`
    return new ServeFault('address_unavailable', message, { cause: error })
  }
  if (code !== 'ERR_SQLITE_ERROR') return null
  const title = `The sandbox in ${MARKET_FILES.sandbox(folder)} cannot be opened: ${String(error)}.`
  const wayOut = 'One process at a time uses it: stop the other, or name another --data.'
  return new Problem({ code: 'sandbox_unusable', title, wayOut }, { cause: error })
}
