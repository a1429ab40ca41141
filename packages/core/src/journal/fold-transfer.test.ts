import { runOnSqlite } from '../testing/books-suites.ts'
import { foldTransferSuite } from './fold-transfer.suite.ts'

runOnSqlite(foldTransferSuite)
