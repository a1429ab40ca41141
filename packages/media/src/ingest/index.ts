export * from './ingest-message.ts'
export * from './open-ingest.ts'
export * from './publisher-desk.ts'
export * from './stream-keys.ts'
