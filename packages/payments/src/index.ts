export * from './processor.ts'
export * from './voucher-code.ts'
export * from './stripe/stripe-processor.ts'
export * from './stripe/fee.ts'
