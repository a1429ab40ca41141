import { runOnPostgres } from '../testing/books-suites.ts'
import { walletSuite } from './wallet.suite.ts'

runOnPostgres(walletSuite)
