import { runOnSqlite } from '../testing/books-suites.ts'
import { enrolNodeSuite } from './enrol-node.suite.ts'

runOnSqlite(enrolNodeSuite)
