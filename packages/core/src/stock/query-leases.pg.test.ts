import { runOnPostgres } from '../testing/books-suites.ts'
import { queryLeasesSuite } from './query-leases.suite.ts'

runOnPostgres(queryLeasesSuite)
