import { runOnSqlite } from '../testing/books-suites.ts'
import { foldEntrySuite } from './fold-entry.suite.ts'

runOnSqlite(foldEntrySuite)
