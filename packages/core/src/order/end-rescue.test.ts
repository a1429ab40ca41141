import { runOnSqlite } from '../testing/books-suites.ts'
import { endRescueSuite } from './end-rescue.suite.ts'

runOnSqlite(endRescueSuite)
