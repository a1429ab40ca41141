export * from './follow-origin.ts'
export * from './origin-finder.ts'
export * from './pull-cache.ts'
export * from './pull-routes.ts'
