import { runOnSqlite } from '../testing/books-suites.ts'
import { returnUnitsSuite } from './return-units.suite.ts'

runOnSqlite(returnUnitsSuite)
