import { runOnPostgres } from '../testing/books-suites.ts'
import { enrolNodeSuite } from './enrol-node.suite.ts'

runOnPostgres(enrolNodeSuite)
