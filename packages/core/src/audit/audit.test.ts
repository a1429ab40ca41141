import { runOnSqlite } from '../testing/books-suites.ts'
import { auditSuite } from './audit.suite.ts'

runOnSqlite(auditSuite)
