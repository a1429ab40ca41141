import { runOnSqlite } from '../testing/books-suites.ts'
import { feedSuite } from './feed.suite.ts'

runOnSqlite(feedSuite)
