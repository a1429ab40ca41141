import { runOnSqlite } from '../testing/books-suites.ts'
import { walletSuite } from './wallet.suite.ts'

runOnSqlite(walletSuite)
