import { runOnPostgres } from '../testing/books-suites.ts'
import { imageShelfSuite } from './image-shelf.suite.ts'

runOnPostgres(imageShelfSuite)
