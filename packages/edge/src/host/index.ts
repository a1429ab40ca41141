export * from './serve-edge.ts'
export * from './token-mac.ts'
