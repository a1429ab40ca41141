import { appSuite } from './app.suite.ts'
import { runOnSqlite } from './testing/books-suites.ts'

runOnSqlite(appSuite)
