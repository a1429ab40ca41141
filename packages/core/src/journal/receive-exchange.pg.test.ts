import { runOnPostgres } from '../testing/books-suites.ts'
import { receiveExchangeSuite } from './receive-exchange.suite.ts'

runOnPostgres(receiveExchangeSuite)
