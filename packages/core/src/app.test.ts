import { appMoneySuite } from './app-money.suite.ts'
import { appSuite } from './app.suite.ts'
import { runOnSqlite } from './testing/books-suites.ts'

runOnSqlite([...appSuite, ...appMoneySuite])
