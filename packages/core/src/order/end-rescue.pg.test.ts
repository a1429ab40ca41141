import { runOnPostgres } from '../testing/books-suites.ts'
import { endRescueSuite } from './end-rescue.suite.ts'

runOnPostgres(endRescueSuite)
