import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { journalStoreContract } from './contract/journal-store.ts'
import type { JournalStore } from './journal-store.ts'
import { createMemoryJournalStore } from './memory-journal-store.ts'
import { openSqliteJournal } from './sqlite/sqlite-journal-store.ts'

const stores: Readonly<Record<string, (folder: string) => Promise<JournalStore>>> = {
  memory: async () => createMemoryJournalStore(),
  sqlite: (folder) => openSqliteJournal(join(folder, 'journal.db')),
}

for (const [name, openStore] of Object.entries(stores)) {
  for (const contractCase of journalStoreContract) {
    test(`[${contractCase.rule}] ${contractCase.name} (${name})`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'nightmarket-journal-'))
      try {
        await using store = await openStore(folder)
        await contractCase.run(store)
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  }
}
