export * from './open-segment.ts'
export * from './ring.ts'
export * from './ring-disk.ts'
export * from './ring-index.ts'
