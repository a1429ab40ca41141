import {
  certificatePayload,
  err,
  FRONTIER_EMPTY,
  HASH_ZERO,
  isBase64Of,
  type NodeCertificate,
  type NodeId,
  ok,
  PUBLIC_KEY_BYTES,
  type Result,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { returnUnitsOf } from '../stock/return-units.ts'
import { shareStock } from '../stock/share-stock.ts'
import { createEnrolmentCode, ENROLMENT_RANDOM_BYTES, hashEnrolmentCode } from './enrolment-code.ts'
import { feedFirstItems } from './first-feed.ts'

/** How long a code is good when nobody says otherwise. */
export const ENROLMENT_MS = 60 * 60_000

/** A code to hand to a device, once. It is not kept: only its hash is. */
export interface EnrolmentTicket {
  readonly code: string
  readonly expiresAtMs: number
}

/** What a device learns when its code was taken. */
export interface Enrolled {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly certificate: NodeCertificate
  readonly marketPublicKey: string
}

/** Why a device is not enrolled. */
export type EnrolmentRejection = {
  readonly code:
    | 'enrolment_code_invalid'
    | 'enrolment_code_unknown'
    | 'enrolment_code_used'
    | 'enrolment_code_expired'
    | 'public_key_invalid'
    | 'node_unknown'
}

type Answer = Result<Enrolled, EnrolmentRejection>

/**
 * Make a one-time code for a new node, or for a known one whose storage was lost: it then gets a
 * new epoch and key. [NO1, NO3]
 */
export async function createEnrolment(
  core: Core,
  wanted: {
    readonly kind: 'edge' | 'till'
    readonly name: string
    readonly nodeId?: NodeId
    readonly ttlMs?: number
  },
): Promise<Result<EnrolmentTicket, { readonly code: 'node_unknown' }>> {
  const code = createEnrolmentCode(core.randomBytes(ENROLMENT_RANDOM_BYTES))
  const hash = hashEnrolmentCode(code, core.digest)
  if (!hash.ok) throw new Error('a code that was just made is one')
  const createdAtMs = core.nowMs()
  const expiresAtMs = createdAtMs + (wanted.ttlMs ?? ENROLMENT_MS)
  return core.books.transact('create enrolment', async (trx) => {
    const { nodeId } = wanted
    const isUnknown = nodeId !== undefined && (await findNode(trx, nodeId)) === undefined
    if (isUnknown) return err({ code: 'node_unknown' })
    const row = {
      code_hash: hash.value,
      kind: wanted.kind,
      name: wanted.name,
      node_id: nodeId ?? null,
      created_at_ms: createdAtMs,
      expires_at_ms: expiresAtMs,
      used_at_ms: null,
    }
    await trx.insertInto('enrolment').values(row).execute()
    return ok({ code, expiresAtMs })
  })
}

/**
 * Take a device's code and key, and give it a name, an epoch and a certificate.
 *
 * - [NO2] A code is taken once; the same device repeating itself after a lost answer gets the same
 *   answer, another one is refused.
 * - [NO3] A known node gets the next epoch and the new key. The old epoch is retired: its journal
 *   is not taken any more, and its open leases wait for a write-off.
 * - [NO4] Its feed begins with the active release and the pools that are exhausted.
 */
export async function enrolNode(
  core: Core,
  request: { readonly code: string; readonly publicKey: string; readonly name?: string },
): Promise<Answer> {
  const { publicKey } = request
  if (!isBase64Of(publicKey, PUBLIC_KEY_BYTES)) return err({ code: 'public_key_invalid' })
  const hash = hashEnrolmentCode(request.code, core.digest)
  if (!hash.ok) return hash
  const enrolled = await core.books.transact('enrol node', async (trx): Promise<Answer> => {
    const enrolment = await trx
      .selectFrom('enrolment')
      .selectAll()
      .where('code_hash', '=', hash.value)
      .executeTakeFirst()
    if (enrolment === undefined) return err({ code: 'enrolment_code_unknown' })
    if (enrolment.used_at_ms !== null) return answerAgain(core, trx, enrolment, publicKey)
    if (enrolment.expires_at_ms <= core.nowMs()) return err({ code: 'enrolment_code_expired' })
    const before =
      enrolment.node_id === null ? undefined : await findNode(trx, enrolment.node_id as NodeId)
    const certificate = certify(core, enrolment, before, publicKey)
    const name = request.name ?? enrolment.name
    if (before !== undefined) await retireEpoch(core, trx, before)
    await storeNode(core, trx, certificate, name, before !== undefined)
    if (before !== undefined) await returnUnitsOf(trx, before)
    await trx
      .updateTable('enrolment')
      .set({ used_at_ms: core.nowMs(), node_id: certificate.nodeId })
      .where('code_hash', '=', hash.value)
      .execute()
    await feedFirstItems(core, trx, certificate.nodeId)
    return ok(enrolledOf(core, certificate))
  })
  if (enrolled.ok) await shareStock(core)
  return enrolled
}

async function answerAgain(
  core: Core,
  trx: BooksTransaction,
  enrolment: Row<'enrolment'>,
  publicKey: string,
): Promise<Answer> {
  const node = await findNode(trx, (enrolment.node_id ?? '') as NodeId)
  if (node?.public_key !== publicKey) return err({ code: 'enrolment_code_used' })
  return ok(enrolledOf(core, JSON.parse(node.certificate) as NodeCertificate))
}

function certify(
  core: Core,
  enrolment: Row<'enrolment'>,
  before: Row<'node'> | undefined,
  publicKey: string,
): NodeCertificate {
  const payload = {
    nodeId: (before?.node_id ?? core.newId()) as NodeId,
    epoch: (before?.epoch ?? 0) + 1,
    kind: enrolment.kind as NodeCertificate['kind'],
    publicKey,
    issuedAtMs: core.nowMs(),
  }
  return { ...payload, signature: core.marketKey.sign(certificatePayload(payload)) }
}

function enrolledOf(core: Core, certificate: NodeCertificate): Enrolled {
  const { nodeId, epoch } = certificate
  return { nodeId, epoch, certificate, marketPublicKey: core.marketKey.publicKey }
}

async function retireEpoch(core: Core, trx: BooksTransaction, node: Row<'node'>): Promise<void> {
  const { node_id, epoch, public_key, certificate, sequence, head_hash, frontier } = node
  const { checkpoint } = node
  const journal = { sequence, head_hash, frontier, checkpoint }
  const row = { node_id, epoch, public_key, certificate, ...journal, retired_at_ms: core.nowMs() }
  await trx.insertInto('retired_epoch').values(row).execute()
}

async function storeNode(
  core: Core,
  trx: BooksTransaction,
  certificate: NodeCertificate,
  name: string,
  isKnown: boolean,
): Promise<void> {
  const row = {
    kind: certificate.kind,
    name,
    epoch: certificate.epoch,
    public_key: certificate.publicKey,
    certificate: JSON.stringify(certificate),
    state: 'active',
    state_reason: null,
    enrolled_at_ms: core.nowMs(),
    // Enrolling is a contact: units may be sent right away.
    seen_at_ms: core.nowMs(),
    clock_skew_ms: null,
    demand: '[]',
    sequence: 0,
    head_hash: HASH_ZERO,
    frontier: JSON.stringify(FRONTIER_EMPTY),
    checkpoint: null,
    feed_head: 0,
    feed_acknowledged: 0,
    demand_at_ms: 0,
    feed_skipped: 0,
  }
  if (isKnown) {
    await trx.updateTable('node').set(row).where('node_id', '=', certificate.nodeId).execute()
  } else {
    const node_id = certificate.nodeId
    await trx.insertInto('node').values({ ...row, node_id, url: null }).execute()
  }
}

/** A node as the books have it; `undefined` for a stranger. */
export async function findNode(
  trx: Parameters<Parameters<Core['books']['read']>[1]>[0],
  nodeId: NodeId,
): Promise<Row<'node'> | undefined> {
  return trx.selectFrom('node').selectAll().where('node_id', '=', nodeId).executeTakeFirst()
}
