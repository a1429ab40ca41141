export * from './journal-store.ts'
export * from './memory-journal-store.ts'
export * from './storage-fault.ts'
