import { readFileSync, writeFileSync } from 'node:fs'

import { MUTANTS } from './catalogue.ts'
import type { Verdict } from './mutant.ts'

/** Which seed convicted a mutant, and by which invariant. */
export interface Killer {
  readonly invariant: string
  readonly seed: number
}

/** By the mutant's name, in the order of the catalogue. */
export type Killers = Readonly<Record<string, Killer>>

const FILE = new URL('./killers.json', import.meta.url)

/**
 * The seeds that convicted each mutant when somebody last looked. They are tried first, and are
 * proof of nothing by themselves: what a seed deals changes with the generator.
 */
export function readKillers(): Killers {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Killers
}

/** Keep what was found now; whatever else is known of mutants that still exist stays. */
export function recordKillers(known: Killers, verdicts: readonly Verdict[]): Killers {
  const found = new Map(verdicts.map((verdict) => [verdict.name, verdict]))
  const killers = MUTANTS.flatMap(({ name }): [string, Killer][] => {
    const verdict = found.get(name)
    const fresh = verdict?.killedBy ?? null
    const killer = fresh === null ? known[name] : { invariant: fresh, seed: verdict?.seed ?? 0 }
    return killer === undefined ? [] : [[name, killer]]
  })
  return Object.fromEntries(killers)
}

/** Write them down beside the mutants. */
export function writeKillers(killers: Killers): void {
  writeFileSync(FILE, `${JSON.stringify(killers, null, 2)}\n`)
}
