import { runOnSqlite } from '../testing/books-suites.ts'
import { queryLeasesSuite } from './query-leases.suite.ts'

runOnSqlite(queryLeasesSuite)
