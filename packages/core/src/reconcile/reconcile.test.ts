import { runOnSqlite } from '../testing/books-suites.ts'
import { reconcileSuite } from './reconcile.suite.ts'

runOnSqlite(reconcileSuite)
