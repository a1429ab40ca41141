export * from './journal-store.ts'
export * from './storage-fault.ts'
