import { StorageFault } from '../storage-fault.ts'

/** SQLite's primary result codes that a shell can do something about. */
const FAULT_CODES: Readonly<Record<number, StorageFault['code']>> = {
  5: 'locked',
  6: 'locked',
  11: 'corrupt',
  13: 'disk_full',
  26: 'corrupt',
}

/** What an operator reads first; SQLite's own words follow. */
const FAULT_WORDS: Readonly<Record<StorageFault['code'], string>> = {
  locked: 'is in use by another process',
  corrupt: 'is damaged, or no journal',
  disk_full: 'has no room left on its disk',
  too_new: 'was written by a newer version',
  failed: 'could not be used',
}

/**
 * Turn what `node:sqlite` threw into a fault that names the file. What is not SQLite's is a defect
 * and is thrown again as it is. A number past 2^53 is damage: we never wrote one.
 */
export function sqliteErrorToFault(error: unknown, path: string, when: string): StorageFault {
  if (error instanceof StorageFault) return error
  if (!(error instanceof Error)) throw error
  const code = faultCodeOf(error)
  if (code === null) throw error
  const message = `journal ${path} ${FAULT_WORDS[code]} (${when}: ${error.message})`
  return new StorageFault(code, message, { cause: error })
}

function faultCodeOf(error: Error): StorageFault['code'] | null {
  if ('errcode' in error) return FAULT_CODES[Number(error.errcode) & 0xff] ?? 'failed'
  return 'code' in error && error.code === 'ERR_OUT_OF_RANGE' ? 'corrupt' : null
}
