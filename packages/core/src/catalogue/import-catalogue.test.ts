import { runOnSqlite } from '../testing/books-suites.ts'
import { importCatalogueSuite } from './import-catalogue.suite.ts'

runOnSqlite(importCatalogueSuite)
