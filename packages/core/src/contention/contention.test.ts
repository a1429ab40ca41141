import { runOnSqlite } from '../testing/books-suites.ts'
import { contentionSuite } from './contention.suite.ts'

runOnSqlite(contentionSuite)
