import { runOnPostgres } from '../testing/books-suites.ts'
import { foldEntrySuite } from './fold-entry.suite.ts'

runOnPostgres(foldEntrySuite)
