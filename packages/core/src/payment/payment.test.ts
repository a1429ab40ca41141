import { runOnSqlite } from '../testing/books-suites.ts'
import { paymentSuite } from './payment.suite.ts'

runOnSqlite(paymentSuite)
