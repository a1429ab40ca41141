export { auditBooks } from './audit/audit-books.ts'
export type { AuditedCore } from './audit/audited-core.ts'
export type { AuditCheck, AuditCheckId, AuditViolation } from './audit/audit-check.ts'
export type { Core, FeedBell, MarketKey } from './core.ts'
export { openBooks, BooksDatabase, type BooksAddress } from './database/books-database.ts'
export { BooksFault } from './database/books-fault.ts'
export { readMigrations } from './database/migrate.ts'
export { createFeedBell } from './feed/feed-bell.ts'
export {
  readBalances,
  readStatement,
  readTrialBalance,
  type AccountBalance,
  type StatementLine,
} from './ledger/balances.ts'
export { chooseCurrency, findMarket, foundMarket, type Market } from './market/found-market.ts'
export {
  fulfilOrder,
  giveVoucher,
  honourOrder,
  refundOrder,
  releaseOrder,
  voidOrder,
  type OrderRejection,
} from './order/order-action.ts'
export type { RescueEnd, RescueRejection } from './order/end-rescue.ts'
export {
  countOrders,
  listOrders,
  readOrder,
  type OrderCount,
  type OrderDetail,
  type OrderFilter,
  type OrderPage,
  type OrderSummary,
} from './order/order-view.ts'
export {
  createPaymentRunner,
  type PaymentRunner,
  type PaymentRunnerOptions,
} from './payment/payment-runner.ts'
export { receiveNotice, type NoticeEnd } from './payment/receive-notice.ts'
export { listMismatches, resolveMismatch, type MismatchRow } from './reconcile/mismatch-row.ts'
export { createReconciler, type Reconciler } from './reconcile/reconciler.ts'
export {
  runReconciliation,
  type ReconciliationOptions,
  type ReconciliationReport,
} from './reconcile/run-reconciliation.ts'
export { closeDispute, type DisputeEnd, type DisputeRejection } from './refund/close-dispute.ts'
export type { RefundRejection } from './refund/decide-refund.ts'
export { payOutCash } from './refund/pay-out-cash.ts'
export {
  exportCatalogue,
  importCatalogue,
  type ImportReport,
} from './catalogue/import-catalogue.ts'
export type { StockRefusal } from './catalogue/move-stock.ts'
export { appendFeed, readFeed } from './feed/append-feed.ts'
export { awaitFeed } from './feed/await-feed.ts'
export { receiveExchange } from './journal/receive-exchange.ts'
export { authenticateNode, type NodeRefusal } from './node/authenticate-node.ts'
export { closeNode, listNodes, revokeNode, type NodeSummary } from './node/close-node.ts'
export {
  createEnrolment,
  enrolNode,
  type Enrolled,
  type EnrolmentRejection,
  type EnrolmentTicket,
} from './node/enrol-node.ts'
export {
  activateRelease,
  listReleases,
  rollbackRelease,
  type ActivationRejection,
  type ReleaseSummary,
} from './release/activate-release.ts'
export { applyRelease, type ReleaseRejection } from './release/apply-release.ts'
export {
  listLeases,
  listStock,
  type LeaseLine,
  type StockLine,
  type StockViolation,
} from './stock/stock-audit.ts'
export { decideRequests } from './till/decide-requests.ts'
export { restoreReceipt, type ReceiptRestored } from './till/restore-receipt.ts'
export { addOperator, listOperators, removeOperator, signOperatorList } from './till/operator.ts'
export { writeOff, type WriteOff, type WriteOffReport } from './stock/write-off.ts'
export { queryOverdueLeases } from './stock/query-leases.ts'
export { shareStock } from './stock/share-stock.ts'
export { voucherForOrder, type OrderVoucher } from './voucher/fallback-voucher.ts'
export {
  coreRoutes,
  createCoreApp,
  type CoreApp,
  type CoreAppDeps,
  type CoreRoutes,
} from './app.ts'
export { createCoreClient, type CoreClient } from './client.ts'
export { coreGauges } from './routes/core-gauges.ts'
export { CORE_PROBLEMS, type CoreCode } from './routes/core-problem.ts'
