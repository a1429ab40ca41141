export * from './parse-stream.ts'
export * from './stream-files.ts'
export * from './stream-folder.ts'
