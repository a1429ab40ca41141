import { randomBytes } from 'node:crypto'
import { resolve, join } from 'node:path'

import type { MarketKey } from '@nightmarket/core'
import { bytesToBase64Url, parseId, type Hash } from '@nightmarket/kernel'

import { createPrivateKeyPem, hashText, openSigningKey } from '../host/crypto.ts'
import { Problem } from '../problem.ts'
import { version } from '../version.ts'
import { ensureFolder, readOrCreate, readText, writeWhole } from './secure-file.ts'

/** The form of the folder. Raise it when an older version would misread what a newer one wrote. */
export const MARKET_FORMAT = 1

/** What `market.json` says. */
interface MarketFile {
  readonly format: number
  /** The version that made it. */
  readonly version: string
  /** Where the books are: a folder without its database must not start new, empty ones. */
  readonly books: 'sqlite' | 'postgres'
}

/**
 * A market's folder: everything that a market on one machine keeps, for one user.
 *
 * ```
 * market.json   the folder's format, and where the books are
 * market.key    the market's Ed25519 private key (PEM): signs nodes' certificates
 * market.pub    its public key (base64), for everybody: receipts are checked with it
 * admin.token   what people and programs show to the core
 * run.json      where the running core and edge are; see running.ts
 * core/         the books
 * edges/NAME/   one edge: identity, keys, journal
 * sandbox/      the sandbox processor's state and secrets
 * ```
 */
export interface MarketFolder {
  readonly path: string
  readonly books: 'sqlite' | 'postgres'
  readonly marketKey: MarketKey
  readonly adminToken: string
  /** SHA-256 of the token: what a server compares with. */
  readonly adminTokenHash: Hash
}

/** The files of a market's folder. */
export const MARKET_FILES = {
  market: (path: string) => join(path, 'market.json'),
  key: (path: string) => join(path, 'market.key'),
  publicKey: (path: string) => join(path, 'market.pub'),
  token: (path: string) => join(path, 'admin.token'),
  books: (path: string) => join(path, 'core', 'books.db'),
  edge: (path: string, name: string) => join(path, 'edges', name),
  sandbox: (path: string) => join(path, 'sandbox'),
} as const

/** Where a command line says the books are: in a database, in the folder, or it does not matter. */
export type BooksClaim = 'postgres' | 'sqlite' | 'any'

/** Whether a folder holds a market. Throws `Problem` when a newer version made it. */
export function isMarket(folder: string): boolean {
  return readMarketFile(resolve(folder)) !== null
}

/** Open a market's folder, or make a new one there. Throws `Problem`. */
export function openMarket(folder: string, books: BooksClaim): MarketFolder {
  const path = resolve(folder)
  const known = readMarketFile(path)
  if (known === null) createMarketFile(path, books === 'postgres' ? 'postgres' : 'sqlite')
  const file = known ?? readMarketFile(path)
  if (file === null) throw new Error(`${path} was just made`)
  assertSameBooks(path, file, books)
  const marketKey = readMarketKey(path)
  if (known === null) writeWhole(MARKET_FILES.publicKey(path), `${marketKey.publicKey}\n`)
  const token = readOrCreate(MARKET_FILES.token(path), createSecret).trim()
  return {
    path,
    books: file.books,
    marketKey,
    adminToken: token,
    adminTokenHash: hashText(token),
  }
}

/** Open a market that must be there already. Throws `Problem` when it is not. */
export function openKnownMarket(folder: string, books: BooksClaim): MarketFolder {
  if (isMarket(folder)) return openMarket(folder, books)
  throw new Problem({
    code: 'market_unknown',
    title: `There is no market in ${resolve(folder)}.`,
    wayOut: 'Start one with nightmarket up, or name its folder with --data DIR.',
  })
}

/** Where an edge keeps its things. The name becomes a folder's name, so it is held to an id's. */
export function edgeFolder(market: string, name: string): string {
  if (parseId(name).ok && !name.includes(':') && !name.includes('..')) {
    return MARKET_FILES.edge(resolve(market), name)
  }
  throw new Problem({
    code: 'edge_name_invalid',
    title: `"${name}" cannot be the name of an edge.`,
    wayOut: 'Use letters, digits and - _ . ~, beginning with a letter or digit.',
  })
}

/** A secret of 256 bits that can stand in a header and in an address. */
export function createSecret(): string {
  return bytesToBase64Url(randomBytes(32))
}

function readMarketFile(path: string): MarketFile | null {
  const file = MARKET_FILES.market(path)
  const text = readText(file)
  if (text === null) return null
  const members = parseMembers(text)
  if (members === null || typeof members.format !== 'number') {
    throw new Problem({
      code: 'market_file_damaged',
      title: `${file} is not a market's file.`,
      wayOut: 'Restore it from a backup, or name another folder with --data DIR.',
    })
  }
  if (members.format > MARKET_FORMAT) throw newerFolder(path, members)
  return {
    format: members.format,
    version: String(members.version),
    books: members.books ?? 'sqlite',
  }
}

function parseMembers(text: string): Partial<MarketFile> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function newerFolder(path: string, { format, version: by }: Partial<MarketFile>): Problem {
  return new Problem({
    code: 'market_too_new',
    title: `The market in ${path} was made by a newer nightmarket.`,
    detail:
      `Its folder has format ${format} (version ${by ?? 'unknown'}); ` +
      `this is version ${version}, which knows formats up to ${MARKET_FORMAT}.`,
    wayOut: `Use nightmarket ${by ?? 'of a later version'}. Nothing was changed.`,
  })
}

function createMarketFile(path: string, books: 'sqlite' | 'postgres'): void {
  ensureFolder(path)
  const file: MarketFile = { format: MARKET_FORMAT, version, books }
  readOrCreate(MARKET_FILES.market(path), () => `${JSON.stringify(file, null, 2)}\n`)
}

function assertSameBooks(path: string, file: MarketFile, books: BooksClaim): void {
  if (books === 'any' || books === file.books) return
  const isPostgres = file.books === 'postgres'
  const place = isPostgres ? 'in PostgreSQL' : 'in its folder'
  throw new Problem({
    code: 'books_elsewhere',
    title: `The books of the market in ${path} are ${place}.`,
    wayOut: isPostgres
      ? 'Name the database with --database URL, or in NIGHTMARKET_DATABASE.'
      : 'Leave --database and NIGHTMARKET_DATABASE out, or name another folder with --data DIR.',
  })
}

function readMarketKey(path: string): MarketKey {
  const file = MARKET_FILES.key(path)
  const pem = readOrCreate(file, createPrivateKeyPem)
  try {
    return openSigningKey(pem)
  } catch (error) {
    throw new Problem(
      {
        code: 'market_key_damaged',
        title: `${file} is not the market's Ed25519 key.`,
        wayOut: 'Restore it from a backup: receipts and nodes are only valid with this key.',
      },
      { cause: error },
    )
  }
}
