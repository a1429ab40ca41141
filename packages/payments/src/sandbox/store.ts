import type { StoredRow } from './table.ts'

/** Where a sandbox keeps its rows. A batch is all or nothing; order is by kind and position. */
export interface SandboxStore {
  load(): Iterable<StoredRow>
  write(rows: readonly StoredRow[]): void
  close(): void
}

/** A store that forgets. */
export function createMemoryStore(): SandboxStore {
  return {
    load: () => [],
    write() {},
    close() {},
  }
}
