export type { Core, FeedBell, MarketKey } from './core.ts'
export { openBooks, BooksDatabase, type BooksAddress } from './database/books-database.ts'
export { BooksFault } from './database/books-fault.ts'
export { readMigrations } from './database/migrate.ts'
export { createFeedBell } from './feed/feed-bell.ts'
export { chooseCurrency, findMarket, foundMarket, type Market } from './market/found-market.ts'
export {
  createPaymentRunner,
  type PaymentRunner,
  type PaymentRunnerOptions,
} from './payment/payment-runner.ts'
export { createReconciler, type Reconciler } from './reconcile/reconciler.ts'
export { queryOverdueLeases } from './stock/query-leases.ts'
export { shareStock } from './stock/share-stock.ts'
