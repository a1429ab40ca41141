import { runOnPostgres } from '../testing/books-suites.ts'
import { paymentSuite } from './payment.suite.ts'

runOnPostgres(paymentSuite)
