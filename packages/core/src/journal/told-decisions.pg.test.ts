import { runOnPostgres } from '../testing/books-suites.ts'
import { toldDecisionsSuite } from './told-decisions.suite.ts'

runOnPostgres(toldDecisionsSuite)
