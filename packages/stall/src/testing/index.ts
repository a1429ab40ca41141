export * from './bench-host.ts'
export * from './buy.ts'
