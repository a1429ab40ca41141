import { runOnPostgres } from '../testing/books-suites.ts'
import { reconcileSuite } from './reconcile.suite.ts'

runOnPostgres(reconcileSuite)
