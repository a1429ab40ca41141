export * from './whip-door.ts'
export * from './whip-routes.ts'
