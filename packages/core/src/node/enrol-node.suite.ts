import { deepEqual, equal, match } from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'

import { certificatePayload, type NodeId } from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'
import { parseRequestClaim, signRequest } from '@nightmarket/sync'

import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket, valueOf } from '../testing/field-market.ts'
import { authenticateNode } from './authenticate-node.ts'
import { closeNode, listNodes, revokeNode } from './close-node.ts'
import { keepAddress, listAddresses } from './edge-address.ts'
import { createEnrolment, enrolNode, ENROLMENT_MS } from './enrol-node.ts'

const KEYS = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')] as const
const rawKey = (index: 0 | 1) => {
  const { x = '' } = KEYS[index].publicKey.export({ format: 'jwk' })
  return Buffer.from(x, 'base64url').toString('base64')
}

/** What holds for nodes on either engine. */
export const enrolNodeSuite: readonly BooksCase[] = [
  {
    title: '[NO1] a code can be typed by a person, expires, and is not kept',
    async run(books) {
      const market = await FieldMarket.open(books)
      const { code } = valueOf(await createEnrolment(market.core, { kind: 'till', name: 'Gate' }))
      match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/)
      const kept = await books.read('codes', (trx) =>
        trx.selectFrom('enrolment').selectAll().execute(),
      )
      equal(JSON.stringify(kept).includes(code.replaceAll('-', '')), false)
      const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} `
      const enrolled = valueOf(await enrolNode(market.core, { code: typed, publicKey: rawKey(0) }))
      equal(enrolled.epoch, 1)
      const old = valueOf(await createEnrolment(market.core, { kind: 'till', name: 'Late' }))
      market.travel(ENROLMENT_MS)
      const late = await enrolNode(market.core, { code: old.code, publicKey: rawKey(1) })
      equal(!late.ok && late.error.code, 'enrolment_code_expired')
    },
  },
  {
    title: '[NO2] a code is taken once; a lost answer is repeated to the same device only',
    async run(books) {
      const market = await FieldMarket.open(books)
      const { code } = valueOf(await createEnrolment(market.core, { kind: 'edge', name: 'Yard' }))
      const first = await enrolNode(market.core, { code, publicKey: rawKey(0) })
      deepEqual(await enrolNode(market.core, { code, publicKey: rawKey(0) }), first)
      const codeOf = async (request: { code: string; publicKey: string }) => {
        const answer = await enrolNode(market.core, request)
        return answer.ok ? 'ok' : answer.error.code
      }
      equal(await codeOf({ code, publicKey: rawKey(1) }), 'enrolment_code_used')
      const guess = { code: 'AAAA-AAAA-AAAA', publicKey: rawKey(1) }
      equal(await codeOf(guess), 'enrolment_code_unknown')
      equal(await codeOf({ code: 'please', publicKey: rawKey(1) }), 'enrolment_code_invalid')
      equal(await codeOf({ code, publicKey: 'c2hvcnQ=' }), 'public_key_invalid')
    },
  },
  {
    title: '[NO2] the certificate is the market’s word for the key',
    async run(books) {
      const { core } = await FieldMarket.open(books)
      const { code } = valueOf(await createEnrolment(core, { kind: 'edge', name: 'Yard' }))
      const enrolled = valueOf(await enrolNode(core, { code, publicKey: rawKey(0) }))
      const { signature, ...payload } = enrolled.certificate
      equal(payload.publicKey, rawKey(0))
      const isSigned = core.verify(enrolled.marketPublicKey, certificatePayload(payload), signature)
      equal(isSigned, true)
    },
  },
  {
    title: '[NO8] pages are told of active edges with an address, and of nothing else',
    async run(books) {
      const market = await FieldMarket.open(books)
      const { core } = market
      const [north, south, quiet] = [
        await market.enrol('edge'),
        await market.enrol('edge'),
        await market.enrol('edge'),
      ]
      await keepAddress(core, north.nodeId, 'https://north.example')
      await keepAddress(core, south.nodeId, 'https://south.example')
      await keepAddress(core, quiet.nodeId, 'https://quiet.example')
      await keepAddress(core, quiet.nodeId, null)
      valueOf(await revokeNode(core, south.nodeId, 'lost'))
      const known = await listAddresses(core)
      deepEqual(known, [{ nodeId: north.nodeId, url: 'https://north.example' }])
    },
  },
  {
    title: '[NO3] a known node gets the next epoch; the old one is retired, its leases stay open',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      const again = await market.enrol('edge', edge.nodeId)
      deepEqual([again.nodeId, again.enrolled.epoch], [edge.nodeId, 2])
      const retired = await books.read('retired', (trx) =>
        trx.selectFrom('retired_epoch').selectAll().execute(),
      )
      deepEqual([retired[0]?.epoch, retired[0]?.sequence], [1, edge.entries.length])
      const old = (await market.rows('lease')).filter((row) => row.epoch === 1)
      equal(old.every((row) => row.returned === 0), true)
      await again.sync()
      equal(again.state.active?.number, 1)
      deepEqual(await market.violations(), [])
      const missing = { kind: 'edge', name: 'x', nodeId: 'nobody' as NodeId } as const
      const refused = await createEnrolment(market.core, missing)
      equal(!refused.ok && refused.error.code, 'node_unknown')
    },
  },
  {
    title: '[NO4] a feed begins with the active release and the pools that are exhausted',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 5, prints: 0 })
      const first = await market.enrol('first')
      await first.sync()
      const second = await market.enrol('second')
      await second.sync()
      equal(second.state.active?.number, 1)
      const pools = [...second.state.pools.values()]
      const prints = pools.find((pool) => pool.itemId === EVENING.printItem)
      equal(prints?.isExhausted, true)
    },
  },
  {
    title: '[NO5] a request counts for its own bytes, key and epoch only',
    async run(books) {
      const { core } = await FieldMarket.open(books)
      const { code } = valueOf(await createEnrolment(core, { kind: 'edge', name: 'Yard' }))
      const { nodeId, epoch } = valueOf(await enrolNode(core, { code, publicKey: rawKey(0) }))
      const request = { method: 'POST', path: '/v1/exchange', body: '{"a":1}' }
      const claimBy = async (index: 0 | 1, claimedEpoch = epoch) => {
        const signer = {
          nodeId,
          epoch: claimedEpoch,
          digest: core.digest,
          sign: (message: Uint8Array) =>
            sign(null, message, KEYS[index].privateKey).toString('base64'),
        }
        const headers = await signRequest(request, signer)
        return valueOf(parseRequestClaim((name) => headers[name]))
      }
      const codeOf = async (sent: typeof request, claim: Awaited<ReturnType<typeof claimBy>>) => {
        const answer = await authenticateNode(core, sent, claim)
        return answer.ok ? answer.value.node_id : answer.error.code
      }
      equal(await codeOf(request, await claimBy(0)), nodeId)
      equal(await codeOf({ ...request, body: '{"a":2}' }, await claimBy(0)), 'signature_invalid')
      equal(await codeOf({ ...request, path: '/v1/feed' }, await claimBy(0)), 'signature_invalid')
      equal(await codeOf(request, await claimBy(1)), 'signature_invalid')
      equal(await codeOf(request, await claimBy(0, 2)), 'epoch_retired')
      equal(await codeOf(request, { ...(await claimBy(0)), nodeId: 'x' as NodeId }), 'node_unknown')
      await revokeNode(core, nodeId, 'lost')
      equal(await codeOf(request, await claimBy(0)), 'node_revoked')
    },
  },
  {
    title: '[NO6] revoking is told, repeated without effect, and listed with its reason',
    async run(books) {
      const market = await FieldMarket.open(books)
      const edge = await market.enrol('edge')
      await edge.sync()
      await revokeNode(market.core, edge.nodeId, 'stolen')
      await revokeNode(market.core, edge.nodeId, 'again')
      const [summary] = await listNodes(market.core)
      deepEqual([summary?.state, summary?.stateReason], ['revoked', 'stolen'])
      equal(summary?.feedHead, edge.state.feedPosition + 1)
      const unknown = await revokeNode(market.core, 'nobody' as NodeId, '')
      equal(!unknown.ok && unknown.error.code, 'node_unknown')
    },
  },
  {
    title: '[NO7] a node that closes gives back what is unsold, and then is closed',
    async run(books) {
      const market = await FieldMarket.open(books, { mugs: 10, prints: 0 })
      const edge = await market.enrol('edge')
      await edge.sync()
      edge.buy('o1')
      await edge.sync()
      valueOf(await closeNode(market.core, edge.nodeId))
      await edge.sync()
      equal((await listNodes(market.core))[0]?.state, 'closed')
      const item = await market.item('mug')
      deepEqual([item.free, item.on_hand], [9, 10])
      deepEqual(await market.violations(), [])
      const again = await closeNode(market.core, edge.nodeId)
      equal(!again.ok && again.error.code, 'node_not_active')
    },
  },
]
