import { Problem } from '../problem.ts'

/** A fault of the processor, in the sandbox's own words. */
export type DemoFault = Readonly<Record<string, unknown>> & { readonly kind: string }

/** What goes wrong at the processor from the beginning. */
export const OPENING_FAULTS: readonly DemoFault[] = [
  { kind: 'decline', probability: 0.04, seed: 7, declineCode: 'insufficient_funds' },
  { kind: 'duplicate_webhook', probability: 0.1, seed: 13 },
  { kind: 'late_webhook', probability: 0.1, seed: 17, delayMs: 2_000 },
]

/** And what on top of it in the evening: calls that hang, with and without effect. */
export const EVENING_FAULTS: readonly DemoFault[] = [
  { kind: 'timeout', effect: true, count: 3, on: ['create'] },
  { kind: 'timeout', effect: false, count: 3, on: ['create'] },
  { kind: 'latency', probability: 0.1, seed: 11, delayMs: 300 },
]

/** Switch faults on at a sandbox. Throws `Problem` when it does not take one. */
export async function switchFaultsOn(
  sandboxUrl: string,
  faults: readonly DemoFault[],
): Promise<void> {
  for (const fault of faults) {
    const response = await fetch(`${sandboxUrl}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
    if (response.ok) continue
    const title = `The sandbox does not take the fault ${fault.kind}: ${await response.text()}`
    throw new Problem({ code: 'fault_refused', title })
  }
}

/** End all faults. */
export async function switchFaultsOff(sandboxUrl: string): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'DELETE' })
}

/** How often each kind of fault struck. */
export async function countStrikes(sandboxUrl: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${sandboxUrl}/sandbox/state`)
  const { faults } = (await response.json()) as {
    readonly faults: readonly { readonly kind: string; readonly strikes: number }[]
  }
  const strikes: Record<string, number> = {}
  for (const { kind, strikes: times } of faults) strikes[kind] = (strikes[kind] ?? 0) + times
  return strikes
}
