import { runOnPostgres } from '../testing/books-suites.ts'
import { feedSuite } from './feed.suite.ts'

runOnPostgres(feedSuite)
