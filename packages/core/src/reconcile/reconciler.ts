import type { Core } from '../core.ts'
import {
  runReconciliation,
  type ReconciliationOptions,
  type ReconciliationReport,
} from './run-reconciliation.ts'

/** The reconciler as a running thing. */
export interface Reconciler extends AsyncDisposable {
  /** A pass now; never two at once. */
  run(): Promise<ReconciliationReport>
}

/** Run a pass now and every `everyMs`: a minute, where a flag may take thirty. [R3] */
export function createReconciler(
  core: Core,
  options: ReconciliationOptions & {
    readonly everyMs?: number
    readonly onError?: (error: unknown) => void
  } = {},
): Reconciler {
  let last: Promise<unknown> = Promise.resolve()
  const run = (): Promise<ReconciliationReport> => {
    const pass = last.then(() => runReconciliation(core, options))
    last = pass.catch(() => {})
    return pass
  }
  const onError = options.onError ?? (() => {})
  const timer = setInterval(() => void run().catch(onError), options.everyMs ?? 60_000)
  void run().catch(onError)
  return {
    run,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await last
    },
  }
}
