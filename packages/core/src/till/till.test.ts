import { runOnSqlite } from '../testing/books-suites.ts'
import { tillSuite } from './till.suite.ts'

runOnSqlite(tillSuite)
