import { runOnSqlite } from '../testing/books-suites.ts'
import { foundMarketCases } from './found-market.suite.ts'

runOnSqlite(foundMarketCases)
