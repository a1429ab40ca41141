import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

import {
  assert,
  type Digest,
  type ItemId,
  type LeaseId,
  type NodeId,
  type Product,
  type Release,
  type Result,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { type Processor, ProcessorFault, VAULT_NONE } from '@nightmarket/payments'

import { importCatalogue } from '../catalogue/import-catalogue.ts'
import type { Core, FeedBell } from '../core.ts'
import type { BooksDatabase } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { createEnrolment, type Enrolled, enrolNode } from '../node/enrol-node.ts'
import { activateRelease } from '../release/activate-release.ts'
import { applyRelease } from '../release/apply-release.ts'
import { findStockViolations, type StockViolation } from '../stock/stock-audit.ts'
import { FieldNode } from './field-node.ts'

/** SHA-256, as every core has it. */
export const sha256: Digest = (bytes) => hash('sha256', bytes, 'buffer')

/** A core in the field with real nodes: no processor in reach, a clock that is moved. */
export class FieldMarket {
  readonly core: Core
  readonly #clock: { nowMs: number }

  private constructor(core: Core, clock: { nowMs: number }) {
    this.core = core
    this.#clock = clock
  }

  /** A market with mugs and prints, and a release of the evening that is active. */
  static async open(
    books: BooksDatabase,
    fields: {
      readonly mugs?: number
      readonly prints?: number
      readonly release?: Release | null
      readonly bell?: FeedBell
      readonly processor?: Processor
    } = {},
  ): Promise<FieldMarket> {
    const clock = { nowMs: EVENING.startMs }
    const { bell = SILENT_BELL, processor = UNPLUGGED_PROCESSOR } = fields
    const core = { ...createFieldCore(books, clock), bell, processor }
    const market = new FieldMarket(core, clock)
    const products = [productOf('mug', fields.mugs ?? 100), productOf('print', fields.prints ?? 50)]
    await importCatalogue(core, products)
    const { release = releaseOfEvening() } = fields
    if (release !== null) await market.activate(release)
    return market
  }

  get nowMs(): number {
    return this.#clock.nowMs
  }

  /** Let time pass for the core and for every node that was enrolled with it. */
  travel(ms: number): void {
    this.#clock.nowMs += ms
  }

  /** Apply a release and make it current; its id is returned. */
  async activate(release: Release): Promise<string> {
    const { releaseId } = valueOf(await applyRelease(this.core, release))
    valueOf(await activateRelease(this.core, releaseId))
    return releaseId
  }

  /** Enrol a node with a key of its own; with `nodeId`, a new epoch of that one. */
  async enrol(name: string, nodeId?: NodeId): Promise<FieldNode> {
    const known = nodeId === undefined ? {} : { nodeId }
    const wanted = { kind: 'edge', name, ...known } as const
    const { code } = valueOf(await createEnrolment(this.core, wanted))
    const keys = generateKeyPairSync('ed25519')
    const publicKey = rawKey(keys.publicKey)
    const enrolled: Enrolled = valueOf(await enrolNode(this.core, { code, publicKey, name }))
    const signer = (message: Uint8Array) =>
      sign(null, message, keys.privateKey).toString('base64')
    return new FieldNode(this.core, enrolled, signer)
  }

  /** An item's account. */
  async item(itemId: string): Promise<Row<'item'>> {
    return this.core.books.read('item', (trx) =>
      trx.selectFrom('item').selectAll().where('item_id', '=', itemId).executeTakeFirstOrThrow(),
    )
  }

  /** An order's row; a defect when the books do not have it. */
  async order(orderId: string): Promise<Row<'sale_order'>> {
    return this.core.books.read('order', (trx) =>
      trx
        .selectFrom('sale_order')
        .selectAll()
        .where('order_id', '=', orderId)
        .executeTakeFirstOrThrow(),
    )
  }

  /** All rows of a table, for small tables. */
  async rows<Table extends SmallTable>(table: Table): Promise<readonly Row<Table>[]> {
    const rows = await this.core.books.read('rows', (trx) =>
      trx.selectFrom(table as 'lease').selectAll().execute(),
    )
    return rows as unknown as readonly Row<Table>[]
  }

  /** What is wrong, and why: the open mismatches in short. */
  async complaints(): Promise<readonly string[]> {
    const rows = await this.rows('mismatch')
    return rows
      .map((row) => `${row.kind}: ${(JSON.parse(row.detail) as { reason: string }).reason}`)
      .toSorted()
  }

  /** Sums of the stock that do not hold. */
  async violations(): Promise<readonly StockViolation[]> {
    return this.core.books.read('violations', (trx) => findStockViolations(trx))
  }

  /** The leases that a node has, oldest first. */
  async leaseIds(node: FieldNode): Promise<readonly LeaseId[]> {
    const rows = await this.rows('lease')
    return rows
      .filter((row) => row.node_id === node.nodeId)
      .map((row) => row.lease_id as LeaseId)
  }
}

type SmallTable =
  | 'lease'
  | 'payment'
  | 'mismatch'
  | 'node'
  | 'drop_pool'
  | 'journal_fork'
  | 'transfer'
  | 'till_request'
  | 'cash_count'
  | 'stock_count'
  | 'wallet'
  | 'tip'

/** The value of a result that a test expects to be one. */
export function valueOf<T, E>(result: Result<T, E>): T {
  assert(result.ok, result.ok ? '' : `refused: ${JSON.stringify(result.error)}`)
  return result.value
}

/** A core over books, with a clock of the caller's. */
export function createFieldCore(books: BooksDatabase, clock: { readonly nowMs: number }): Core {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    books,
    nowMs: () => clock.nowMs,
    newId: () => crypto.randomUUID(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    digest: sha256,
    marketKey: {
      publicKey: rawKey(publicKey),
      sign: (message) => sign(null, message, privateKey).toString('base64'),
    },
    verify: verifySignature,
    processor: UNPLUGGED_PROCESSOR,
    vault: VAULT_NONE,
    bell: SILENT_BELL,
  }
}

const SILENT_BELL: FeedBell = { ring: () => {}, wait: async () => {} }

const unplugged = async (): Promise<never> => {
  throw new ProcessorFault('unavailable', 'There is no processor in the field.')
}

const UNPLUGGED_PROCESSOR: Processor = {
  name: 'unplugged',
  authorize: unplugged,
  capture: unplugged,
  void: unplugged,
  refund: unplugged,
  read: unplugged,
  lookup: unplugged,
  list: () => ({ [Symbol.asyncIterator]: () => ({ next: unplugged }) }),
  parseNotice: () => {
    throw new ProcessorFault('unavailable', 'There is no processor in the field.')
  },
}

function rawKey(publicKey: KeyObject): string {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
}

function verifySignature(publicKey: string, message: Uint8Array, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, message, key, Buffer.from(signature, 'base64'))
}

/** A product of one variant, which is its item too. */
export function productOf(id: string, onHand: number, priceMinor = 1_250): Product {
  const variant = {
    variantId: id,
    itemId: id as ItemId,
    optionValues: ['Default Title'],
    sku: `SKU-${id}`,
    barcode: null,
    priceMinor,
    compareAtMinor: null,
    onHand,
    imageUrl: null,
    columns: {},
  }
  return {
    productId: id,
    handle: id,
    title: id,
    bodyHtml: '',
    vendor: 'Ada',
    type: '',
    tags: [],
    status: 'active',
    isPublished: true,
    isGiftCard: false,
    currency: 'EUR',
    optionNames: ['Title'],
    variants: [variant],
    images: [],
    columns: {},
  } as unknown as Product
}
