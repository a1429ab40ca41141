export * from './camera-view.ts'
export * from './cash-view.ts'
export * from './standing-view.ts'
export * from './tile-view.ts'
