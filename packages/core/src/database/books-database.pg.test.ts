import { runOnPostgres } from '../testing/books-suites.ts'
import { booksDatabaseSuite } from './books-database.suite.ts'

runOnPostgres(booksDatabaseSuite)
