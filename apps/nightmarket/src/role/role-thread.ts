import { Worker } from 'node:worker_threads'

import { Problem, type ProblemText } from '../problem.ts'
import type { CoreOptions } from './start-core.ts'
import type { RunningRole } from './running-role.ts'
import type { SandboxOptions } from './start-sandbox.ts'

/** What a thread is told to be. Plain data: it crosses to the thread. */
export type RoleStart =
  | { readonly role: 'core'; readonly options: CoreOptions }
  | { readonly role: 'sandbox'; readonly options: SandboxOptions }

/** What a thread says. */
export type RoleReply =
  | { readonly type: 'ready'; readonly port: number; readonly url: string }
  | { readonly type: 'refused'; readonly problem: ProblemText; readonly exitCode: number }
  | { readonly type: 'stopped' }

/** What a thread is asked. */
export type RoleRequest = { readonly type: 'stop' }

/**
 * Run a role on a thread of its own, so that its synchronous disk never keeps an edge waiting.
 *
 * Throws the `Problem` that it could not start with. `onDefect` hears when the thread dies.
 */
export async function startRoleThread(
  start: RoleStart,
  onDefect: (error: unknown) => void,
): Promise<RunningRole> {
  const worker = new Worker(new URL('./role-worker.ts', import.meta.url), { workerData: start })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const { port, url } = await firstReply(worker)
  worker.on('error', onDefect)
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= stop(worker, exited)
    return closing
  }
  void exited.then(() => {
    if (closing === null) onDefect(new Error(`the ${start.role} ended by itself`))
  })
  return { port, url, [Symbol.asyncDispose]: close }
}

function firstReply(worker: Worker): Promise<{ readonly port: number; readonly url: string }> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (reply: RoleReply) => {
      worker.off('error', reject)
      if (reply.type === 'ready') return resolve(reply)
      if (reply.type === 'refused') {
        return reject(new Problem(reply.problem, { exitCode: reply.exitCode }))
      }
      reject(new Error('the thread stopped before it began'))
    })
  })
}

async function stop(worker: Worker, exited: Promise<void>): Promise<void> {
  const request: RoleRequest = { type: 'stop' }
  worker.postMessage(request)
  await exited
}
