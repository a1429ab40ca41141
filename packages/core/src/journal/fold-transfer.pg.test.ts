import { runOnPostgres } from '../testing/books-suites.ts'
import { foldTransferSuite } from './fold-transfer.suite.ts'

runOnPostgres(foldTransferSuite)
