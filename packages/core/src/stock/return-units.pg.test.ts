import { runOnPostgres } from '../testing/books-suites.ts'
import { returnUnitsSuite } from './return-units.suite.ts'

runOnPostgres(returnUnitsSuite)
