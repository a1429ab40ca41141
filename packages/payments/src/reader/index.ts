export type { CardReader, ReaderAnswer, ReaderWish } from './card-reader.ts'
export { createSandboxReader, type SandboxReader } from './sandbox-reader.ts'
