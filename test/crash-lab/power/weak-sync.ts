import { DatabaseSync } from 'node:sqlite'

/**
 * Preloaded into the controls: the same program on the same store, with the one word changed on
 * which its durability rests. What it acknowledges must be lost in a power cut.
 */
const exec = DatabaseSync.prototype.exec
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replaceAll(/(synchronous\s*=\s*)full/gi, '$1normal'))
}
