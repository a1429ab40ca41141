import { runOnPostgres } from '../testing/books-suites.ts'
import { buyerSuite } from './buyer.suite.ts'

runOnPostgres(buyerSuite)
