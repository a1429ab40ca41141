export * from './offer-rule.ts'
