export * from './stall.ts'
