export * from './pino-log.ts'
export * from './prometheus-metrics.ts'
export * from './serve.ts'
export * from './trusted-proxies.ts'
