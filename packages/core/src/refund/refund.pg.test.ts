import { runOnPostgres } from '../testing/books-suites.ts'
import { refundSuite } from './refund.suite.ts'

runOnPostgres(refundSuite)
