import { runOnSqlite } from '../testing/books-suites.ts'
import { toldDecisionsSuite } from './told-decisions.suite.ts'

runOnSqlite(toldDecisionsSuite)
