export { CODEPAGES, type Codepage } from './codepages.ts'
export { encodePaper } from './encode-paper.ts'
