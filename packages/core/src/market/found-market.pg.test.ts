import { runOnPostgres } from '../testing/books-suites.ts'
import { foundMarketCases } from './found-market.suite.ts'

runOnPostgres(foundMarketCases)
