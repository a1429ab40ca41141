import { runOnPostgres } from '../testing/books-suites.ts'
import { passkeySuite } from './passkey.suite.ts'

runOnPostgres(passkeySuite)
