import { runOnPostgres } from '../testing/books-suites.ts'
import { importCatalogueSuite } from './import-catalogue.suite.ts'

runOnPostgres(importCatalogueSuite)
