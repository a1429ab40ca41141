import { runOnPostgres } from '../testing/books-suites.ts'
import { auditSuite } from './audit.suite.ts'

runOnPostgres(auditSuite)
