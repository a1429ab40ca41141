export * from './sqlite-journal-reader.ts'
export * from './sqlite-journal-store.ts'
export type { SqliteJournalOptions } from './sqlite-journal-writer.ts'
