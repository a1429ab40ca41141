import { join } from 'node:path'
import { randomBytes } from 'node:crypto'

import { parseCertificate, type NodeCertificate } from '@nightmarket/kernel'

import { createPrivateKeyPem, openSigningKey, type SigningKey } from '../host/crypto.ts'
import { Problem } from '../problem.ts'
import { readOrCreate, readText, writeWhole } from './secure-file.ts'

/** The files of one edge. */
export const EDGE_FILES = {
  identity: (folder: string) => join(folder, 'identity.json'),
  key: (folder: string) => join(folder, 'node.key'),
  tokenKey: (folder: string) => join(folder, 'token.key'),
  operatorToken: (folder: string) => join(folder, 'operator.token'),
  captionerKey: (folder: string) => join(folder, 'captioner.key'),
  streamKeys: (folder: string) => join(folder, 'stream-keys'),
  journal: (folder: string) => join(folder, 'journal.db'),
  /** How offers were decided: may be deleted at any time. */
  decisions: (folder: string) => join(folder, 'decisions.log'),
  /** Pictures as they came from the core: may be deleted at any time. */
  images: (folder: string) => join(folder, 'images'),
} as const

/** What an edge was given when it enrolled. */
export interface EdgeIdentity {
  readonly name: string
  readonly certificate: NodeCertificate
  readonly marketPublicKey: string
  /** The core's address, as it was last given. */
  readonly coreUrl: string
}

/** Who an edge is, or `null` before it has enrolled. Throws `Problem` when the file is damaged. */
export function readEdgeIdentity(folder: string): EdgeIdentity | null {
  const file = EDGE_FILES.identity(folder)
  const text = readText(file)
  if (text === null) return null
  const value = parseMembers(text)
  const certificate = parseCertificate(value?.certificate)
  if (value !== null && certificate.ok && typeof value.marketPublicKey === 'string') {
    const { name = '', coreUrl = '', marketPublicKey } = value
    return { name, coreUrl, marketPublicKey, certificate: certificate.value }
  }
  throw new Problem({
    code: 'edge_identity_damaged',
    title: `${file} is not an edge's identity.`,
    wayOut: 'Restore it from a backup, or enrol again in a new folder.',
  })
}

/** Keep who an edge is. */
export function writeEdgeIdentity(folder: string, identity: EdgeIdentity): void {
  writeWhole(EDGE_FILES.identity(folder), `${JSON.stringify(identity, null, 2)}\n`)
}

/** An edge's signing key; made on first use. */
export function openEdgeKey(folder: string): SigningKey {
  const file = EDGE_FILES.key(folder)
  const pem = readOrCreate(file, createPrivateKeyPem)
  try {
    return openSigningKey(pem)
  } catch (error) {
    const title = `${file} is not an Ed25519 key.`
    const wayOut = 'Restore it from a backup, or enrol again in a new folder.'
    throw new Problem({ code: 'edge_key_damaged', title, wayOut }, { cause: error })
  }
}

/** The bytes that an edge's offer tokens are sealed with; made on first use. */
export function openTokenKey(folder: string): Uint8Array {
  const text = readOrCreate(EDGE_FILES.tokenKey(folder), () => randomBytes(32).toString('base64'))
  return Buffer.from(text, 'base64')
}

function parseMembers(text: string): Partial<EdgeIdentity> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
