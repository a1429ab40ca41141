import { runOnSqlite } from '../testing/books-suites.ts'
import { passkeySuite } from './passkey.suite.ts'

runOnSqlite(passkeySuite)
