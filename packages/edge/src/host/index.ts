export * from './live-socket.ts'
export * from './serve-edge.ts'
export * from './token-mac.ts'
export * from './stage-files.ts'
