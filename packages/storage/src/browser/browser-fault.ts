import { StorageFault } from '../storage-fault.ts'

/** What a person at the till reads first; the browser's own words follow. */
const FAULT_WORDS: Readonly<Record<StorageFault['code'], string>> = {
  locked: 'is open in another tab or window',
  corrupt: 'is damaged',
  disk_full: 'has no room left on this device',
  too_new: 'was written by a newer version of this app',
  failed: 'could not be used',
}

const FAULT_CODES: Readonly<Record<string, StorageFault['code']>> = {
  QuotaExceededError: 'disk_full',
  VersionError: 'too_new',
  DataError: 'corrupt',
}

/** Turn what IndexedDB threw into a fault that names the store. A defect is thrown as it is. */
export function browserErrorToFault(error: unknown, name: string, when: string): StorageFault {
  if (error instanceof StorageFault) return error
  if (!(error instanceof DOMException)) throw error
  const code = FAULT_CODES[error.name] ?? 'failed'
  const message = `storage ${name} ${FAULT_WORDS[code]} (${when}: ${error.name} ${error.message})`
  return new StorageFault(code, message, { cause: error })
}

/** Another tab holds the one writer's lock. */
export function lockedFault(name: string): StorageFault {
  return new StorageFault('locked', `storage ${name} ${FAULT_WORDS.locked}`)
}
