import { runOnSqlite } from '../testing/books-suites.ts'
import { followPaymentSuite } from './follow-payment.suite.ts'

runOnSqlite(followPaymentSuite)
