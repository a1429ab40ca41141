export * from './find-flaws.ts'
export * from './stream-probe.ts'
