import { runOnPostgres } from '../testing/books-suites.ts'
import { shareStockSuite } from './share-stock.suite.ts'

runOnPostgres(shareStockSuite)
