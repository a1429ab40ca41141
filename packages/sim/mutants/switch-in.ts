import { registerHooks } from 'node:module'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Mutant } from './mutant.ts'

const PACKAGES = new URL('../../', import.meta.url)

/** What the file of a mutant becomes. Throws when what it replaces is not there exactly once. */
export function mutate({ name, file, find, replace }: Mutant): string {
  const text = readFileSync(new URL(file, PACKAGES), 'utf8')
  const places = text.split(find).length - 1
  if (places !== 1) throw new Error(`${name}: its text stands ${places} times in ${file}`)
  return text.replace(find, () => replace)
}

/**
 * Let this process load one file of production code with the mutant in it. To be called before
 * anything of it is imported: the files themselves stay as they are.
 */
export function switchIn(mutant: Mutant): void {
  const url = new URL(mutant.file, PACKAGES).href
  const source = mutate(mutant)
  const path = fileURLToPath(url)
  registerHooks({
    load(loaded, context, nextLoad) {
      if (!loaded.startsWith('file:') || fileURLToPath(loaded) !== path)
        return nextLoad(loaded, context)
      return { format: 'module-typescript', source, shortCircuit: true }
    },
  })
}
