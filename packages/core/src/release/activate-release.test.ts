import { runOnSqlite } from '../testing/books-suites.ts'
import { activateReleaseSuite } from './activate-release.suite.ts'

runOnSqlite(activateReleaseSuite)
