import { runOnPostgres } from '../testing/books-suites.ts'
import { followPaymentSuite } from './follow-payment.suite.ts'

runOnPostgres(followPaymentSuite)
