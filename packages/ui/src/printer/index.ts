export { encodePaper } from './encode-paper.ts'
