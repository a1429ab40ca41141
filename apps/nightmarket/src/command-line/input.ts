import { readFileSync } from 'node:fs'

import { Problem } from '../problem.ts'

/** The text of a file that a person named, `-` for standard input. Throws `Problem` on a folder. */
export function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EISDIR')) throw error
    // Reading a folder fails without naming it.
    const title = `${file} is a folder, not a file.`
    throw new Problem({ code: 'eisdir', title, wayOut: 'Name a file in it.' }, { cause: error })
  }
}
