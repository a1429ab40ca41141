import { runOnPostgres } from '../testing/books-suites.ts'
import { tillSuite } from './till.suite.ts'

runOnPostgres(tillSuite)
