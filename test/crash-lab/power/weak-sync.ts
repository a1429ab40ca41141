import { DatabaseSync } from 'node:sqlite'

/**
 * Preloaded into the controls: the same program on the same store, with the one word changed on
 * which its durability rests. What it acknowledges must be lost in a power cut.
 */
type Exec = (this: DatabaseSync, sql: string) => void

const { exec } = DatabaseSync.prototype as { readonly exec: Exec }
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replaceAll(/(synchronous\s*=\s*)full/gi, '$1normal'))
}
