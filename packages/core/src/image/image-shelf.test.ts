import { runOnSqlite } from '../testing/books-suites.ts'
import { imageShelfSuite } from './image-shelf.suite.ts'

runOnSqlite(imageShelfSuite)
