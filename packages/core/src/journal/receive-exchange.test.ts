import { runOnSqlite } from '../testing/books-suites.ts'
import { receiveExchangeSuite } from './receive-exchange.suite.ts'

runOnSqlite(receiveExchangeSuite)
