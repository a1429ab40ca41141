import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'

/** Only the user that runs the market may read what it keeps. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** Make a folder with its parents, for this user only. */
export function ensureFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
}

/** The text of a file, or `null` when there is none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Write a whole file or nothing, durable when it returns, readable by this user only. */
export function writeWhole(path: string, text: string): void {
  const draft = writeDraft(path, text)
  renameSync(draft, path)
  syncFolder(dirname(path))
}

/**
 * Read a file, or make it with `create` when there is none. Of several processes that make it at
 * the same moment one wins, and all return what that one wrote.
 */
export function readOrCreate(path: string, create: () => string): string {
  const known = readText(path)
  if (known !== null) return known
  const draft = writeDraft(path, create())
  try {
    linkSync(draft, path)
    syncFolder(dirname(path))
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(path, 'utf8')
}

function writeDraft(path: string, text: string): string {
  ensureFolder(dirname(path))
  const draft = `${path}.${randomUUID()}`
  const file = openSync(draft, 'wx', FILE_MODE)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  chmodSync(draft, FILE_MODE)
  return draft
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
