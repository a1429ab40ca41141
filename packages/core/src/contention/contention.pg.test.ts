import { runOnPostgres } from '../testing/books-suites.ts'
import { contentionSuite } from './contention.suite.ts'

runOnPostgres(contentionSuite)
