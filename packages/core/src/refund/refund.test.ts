import { runOnSqlite } from '../testing/books-suites.ts'
import { refundSuite } from './refund.suite.ts'

runOnSqlite(refundSuite)
