import { runOnPostgres } from '../testing/books-suites.ts'
import { activateReleaseSuite } from './activate-release.suite.ts'

runOnPostgres(activateReleaseSuite)
