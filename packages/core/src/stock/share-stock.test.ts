import { runOnSqlite } from '../testing/books-suites.ts'
import { shareStockSuite } from './share-stock.suite.ts'

runOnSqlite(shareStockSuite)
