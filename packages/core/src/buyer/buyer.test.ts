import { runOnSqlite } from '../testing/books-suites.ts'
import { buyerSuite } from './buyer.suite.ts'

runOnSqlite(buyerSuite)
