import {
  err,
  ok,
  type Operator,
  type OperatorId,
  type OperatorList,
  operatorListPayload,
  type OperatorRole,
  type PinHash,
  type Result,
  type TillOperator,
} from '@nightmarket/kernel'
import type { Transaction } from 'kysely'

import type { Core } from '../core.ts'
import type { Books, Row } from '../database/books-tables.ts'

type Unknown = { readonly code: 'operator_unknown' }

/** Let somebody work at tills. [OP1] */
export async function addOperator(
  core: Core,
  wanted: { readonly name: string; readonly role: OperatorRole; readonly pin: PinHash },
): Promise<Operator> {
  const { name, role, pin } = wanted
  const operatorId = core.newId() as OperatorId
  const row = {
    operator_id: operatorId,
    name,
    role,
    pin_salt: pin.salt,
    pin_hash: pin.hash,
    created_at_ms: core.nowMs(),
    removed_at_ms: null,
  }
  await core.books.transact('add operator', (trx) =>
    trx.insertInto('operator').values(row).execute(),
  )
  return { operatorId, name, role }
}

/** Give an operator another PIN: the old one is over at each till that hears of it. [OP1] */
export async function changePin(
  core: Core,
  operatorId: OperatorId,
  pin: PinHash,
): Promise<Result<null, Unknown>> {
  return change(core, operatorId, { pin_salt: pin.salt, pin_hash: pin.hash })
}

/** Take an operator off the list. What they did stays theirs. Again changes nothing. [OP1] */
export async function removeOperator(
  core: Core,
  operatorId: OperatorId,
): Promise<Result<null, Unknown>> {
  return change(core, operatorId, { removed_at_ms: core.nowMs() })
}

async function change(
  core: Core,
  operatorId: OperatorId,
  set: Partial<Row<'operator'>>,
): Promise<Result<null, Unknown>> {
  const updated = await core.books.transact('change operator', (trx) =>
    trx
      .updateTable('operator')
      .set(set)
      .where('operator_id', '=', operatorId)
      .where('removed_at_ms', 'is', null)
      .executeTakeFirst(),
  )
  return updated.numUpdatedRows === 1n ? ok(null) : err({ code: 'operator_unknown' })
}

/** Everybody who works at tills now, by name. */
export async function listOperators(core: Pick<Core, 'books'>): Promise<readonly Operator[]> {
  return (await readOperators(core)).map(({ operatorId, name, role }) => ({
    operatorId,
    name,
    role,
  }))
}

/**
 * The list that tills check PINs by.
 *
 * - [OP2] It is signed by the market over every member, so that a till takes it from any edge.
 */
export async function signOperatorList(core: Core): Promise<OperatorList> {
  const list = { operators: await readOperators(core), issuedAtMs: core.nowMs() }
  return { ...list, signature: core.marketKey.sign(operatorListPayload(list)) }
}

async function readOperators(core: Pick<Core, 'books'>): Promise<readonly TillOperator[]> {
  const rows = await core.books.read('operators', (trx) =>
    trx
      .selectFrom('operator')
      .selectAll()
      .where('removed_at_ms', 'is', null)
      .orderBy('name')
      .orderBy('operator_id')
      .execute(),
  )
  return rows.map((row) => ({
    operatorId: row.operator_id as OperatorId,
    name: row.name,
    role: row.role as OperatorRole,
    pin: { salt: row.pin_salt, hash: row.pin_hash },
  }))
}

/** Whether somebody is a steward now. */
export async function isSteward(core: Core, operatorId: string): Promise<boolean> {
  return core.books.read('a steward', (trx) => isStewardAt(trx, operatorId, core.nowMs()))
}

/** Whether somebody was a steward when something was done, by the clock of whoever says so. */
export async function isStewardAt(
  trx: Transaction<Books>,
  operatorId: string,
  atMs: number,
): Promise<boolean> {
  const row = await trx
    .selectFrom('operator')
    .select(['role', 'removed_at_ms'])
    .where('operator_id', '=', operatorId)
    .executeTakeFirst()
  return row?.role === 'steward' && (row.removed_at_ms === null || atMs < row.removed_at_ms)
}
