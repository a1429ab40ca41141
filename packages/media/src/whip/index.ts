export * from './ice-server.ts'
export * from './whip-door.ts'
export * from './whip-routes.ts'
