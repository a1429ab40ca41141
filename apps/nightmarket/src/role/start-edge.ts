import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

import { createEdgeApp, edgeGauges, type EdgeDeps } from '@nightmarket/edge'
import {
  createTokenMac,
  openDecisionFile,
  serveEdge,
  type DecisionFile,
} from '@nightmarket/edge/host'
import { clientAddress, isBearer, type Log } from '@nightmarket/http'
import { createPrometheusMetrics, createTrustedProxies } from '@nightmarket/http/host'
import type { Hash, NodeId } from '@nightmarket/kernel'
import type { IceServer } from '@nightmarket/media/whip'
import { parseVoucherCode, voucherHash } from '@nightmarket/payments'
import { openStall, StallFault, type Stall, type StallHost } from '@nightmarket/stall'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'
import {
  createHttpWire,
  createUplink,
  signRequest,
  type RequestSigner,
  type Uplink,
} from '@nightmarket/sync'

import { defer, readClocks, setTimer } from '../host/clock.ts'
import { hashText, sha256, type SigningKey } from '../host/crypto.ts'
import {
  EDGE_FILES,
  openEdgeKey,
  openTokenKey,
  readEdgeIdentity,
  writeEdgeIdentity,
  type EdgeIdentity,
} from '../market/edge-folder.ts'
import { createSecret } from '../market/market-folder.ts'
import { ensureFolder, readOrCreate } from '../market/secure-file.ts'
import { Problem } from '../problem.ts'
import { version } from '../version.ts'
import { openEdgeMedia, type EdgeMedia } from './edge-media.ts'
import { openEdgeImages } from './edge-images.ts'
import { followSiblings, type EdgeSiblings } from './edge-siblings.ts'
import { enrolAt } from './enrol-at.ts'
import type { EncoderUrls } from './listen-for-show.ts'
import type { RunningRole } from './running-role.ts'
import { openStageParts, openTillFiles } from './stage-parts.ts'

/** What an edge is started with. */
export interface EdgeOptions {
  /** The edge's own folder. */
  readonly folder: string
  readonly name: string
  readonly port: number
  readonly hostname: string
  /** Where encoders send the show; 0 takes a free port. */
  readonly rtmpPort?: number
  /** Where encoders call over SRT; absent or `null`: nowhere. */
  readonly srtPort?: number | null
  /** What helps phones to reach this edge; absent: nothing. */
  readonly iceServers?: readonly IceServer[]
  /** The edge that has the encoder; absent: whichever of the market's edges has it. */
  readonly mediaOrigin?: string | null
  /** Where viewers reach this edge, as `https://host`; `null`: where it listens. */
  readonly publicUrl: string | null
  /** Proxies whose word on addresses counts for limits, each an address or a network. */
  readonly trustedProxies?: readonly string[]
  /** The sandbox that plays the processor, for its card form; absent: Stripe’s own. */
  readonly sandboxUrl?: string | null
  /** Where the core is; `null` takes the address that it was enrolled at. */
  readonly coreUrl: string | null
  /** Asked for when the edge has no identity yet. */
  readonly enrolmentCode: () => Promise<string | null>
  /** SHA-256 of the token that lets an operator take cash; `null` for a token of the edge's own. */
  readonly operatorTokenHash: Hash | null
  readonly log: Log
  readonly onDefect: (error: unknown) => void
}

/** A running edge. Closing it stops selling, finishes what is in flight, and syncs once more. */
export interface RunningEdge extends RunningRole {
  readonly nodeId: NodeId
  readonly stall: Stall
  /** Where encoders send the show, without the key. */
  readonly encoderUrls: EncoderUrls
}

/** How long a closing edge tries to bring the end of its journal up. It goes up later anyway. */
export const LAST_EXCHANGE_MS = 3_000

/** Start an edge on its folder; enrols on the first start. Throws `Problem` and faults. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  const { folder, log, onDefect } = options
  ensureFolder(folder)
  const key = openEdgeKey(folder)
  assertJournalKept(folder)
  const identity = await identify(options, key)
  await using opened = new AsyncDisposableStack()
  const { certificate } = identity
  const stall = await openJournaledStall(folder, {
    identity: { certificate, sign: key.sign },
    digest: sha256,
    now: readClocks,
    setTimer,
    defer,
    onDefect,
  })
  opened.use(stall)
  const uplink = startUplink(identity, key, { stall, log, onDefect })
  opened.use(uplink)
  const decisions = opened.use(openDecisions(options))
  const closing = new AbortController()
  const { coreUrl } = identity
  let siblings: EdgeSiblings | null = null
  const stage = openStageParts({ ...options, marketPublicKey: identity.marketPublicKey })
  const till = openTillFiles()
  const isOperator = operatorOf(options)
  const { hostname, rtmpPort = 0, srtPort = null, mediaOrigin = null } = options
  const place = { folder, hostname, rtmpPort, srtPort, iceServers: options.iceServers ?? [] }
  const origins = () =>
    mediaOrigin === null ? (siblings?.list() ?? []).map(({ url }) => url) : [mediaOrigin]
  const shown = { ...place, origins, stall, isOperator, log, onDefect, closing: closing.signal }
  const media = opened.use(await openEdgeMedia(shown))
  const images = openEdgeImages({ folder: EDGE_FILES.images(folder), coreUrl, log })
  const signer = signerOf(identity, key)
  const parts = { stall, uplink, coreUrl, signer, isOperator, media, closing: closing.signal }
  const edge = createEdgeApp({
    ...edgeDeps(options, parts),
    decisions,
    siblings: () => siblings?.list() ?? [],
    ...(stage === null ? {} : { stage: { ...stage, ...media.pages, images } }),
    ...(till === null ? {} : { till }),
  })
  edge.app.route('/', media.app)
  opened.defer(media.onCaption((cue) => edge.live.caption(cue)))
  const server = await serveEdge(edge, options)
  const publicUrl = options.publicUrl ?? reachableUrl(options.hostname, server.url)
  if (publicUrl !== null) {
    siblings = opened.use(followSiblings({ coreUrl, publicUrl, log }, signer))
  }
  const running = opened.move()
  const close = async () => {
    closing.abort()
    await server.close()
    await Promise.race([uplink.flush(), delay(LAST_EXCHANGE_MS, undefined, { ref: false })])
    await running.disposeAsync()
  }
  const { port, url } = server
  const { nodeId } = certificate
  const { encoderUrls } = media
  return { port, url, nodeId, stall, encoderUrls, [Symbol.asyncDispose]: close }
}

/** An address that stands for all of a machine's is nobody's to go to. */
function reachableUrl(hostname: string, url: string): string | null {
  return hostname === '0.0.0.0' || hostname === '::' ? null : url
}

/** Selling goes on when its disk has no room for what was decided. */
function openDecisions({ folder, log }: EdgeOptions): DecisionFile {
  const onFault = (err: unknown) => log.warn({ err }, 'decisions about offers were not kept')
  return openDecisionFile(EDGE_FILES.decisions(folder), { onFault })
}

/** An edge without its journal would write a second one in the same place: a fork. [I11] */
function assertJournalKept(folder: string): void {
  if (readEdgeIdentity(folder) === null || existsSync(EDGE_FILES.journal(folder))) return
  throw new Problem({
    code: 'journal_lost',
    title: `The journal of the edge in ${folder} is gone.`,
    detail: 'An edge that sold must not begin again in the same place: it could sell twice.',
    wayOut:
      'Restore journal.db; or make a code for this node with nightmarket enrol --node ID, and ' +
      'enrol with it in an empty folder.',
  })
}

/** The stall on the journal in its folder. Throws the `Problem` of one that is damaged. */
async function openJournaledStall(folder: string, host: Omit<StallHost, 'store'>): Promise<Stall> {
  const store = await openSqliteJournal(EDGE_FILES.journal(folder))
  try {
    return await openStall({ ...host, store })
  } catch (error) {
    await store[Symbol.asyncDispose]()
    if (!(error instanceof StallFault) || error.code !== 'journal_corrupt') throw error
    throw journalDamaged(folder, host.identity.certificate.nodeId, error)
  }
}

function journalDamaged(folder: string, nodeId: NodeId, cause: StallFault): Problem {
  return new Problem(
    {
      code: 'journal_damaged',
      title: `The journal of the edge in ${folder} is damaged; it does not sell from it.`,
      detail: `${cause.message} What the core has of it is in the books already.`,
      wayOut:
        `1. Move ${folder} out of the market’s folder, and keep it: what buyers hold receipts ` +
        'of and the core never got is in there alone. 2. Start again: the edge joins anew with ' +
        'an empty journal (one that runs alone needs a code from nightmarket enrol). 3. Give ' +
        `the old one up, with a count of what is there: nightmarket nodes revoke ${nodeId}, ` +
        `then nightmarket nodes write-off ${nodeId} --counted ITEM=N,…`,
    },
    { cause },
  )
}

/** Who this edge is: from its folder, or by enrolling. The journal's file is made before. */
async function identify(options: EdgeOptions, key: SigningKey): Promise<EdgeIdentity> {
  const { folder, name } = options
  const known = readEdgeIdentity(folder)
  if (known !== null) {
    if (options.coreUrl === null || options.coreUrl === known.coreUrl) return known
    const moved = { ...known, coreUrl: options.coreUrl }
    writeEdgeIdentity(folder, moved)
    return moved
  }
  const code = await options.enrolmentCode()
  if (code === null || options.coreUrl === null) throw notEnrolled(folder)
  const { publicKey } = key
  const enrolled = await enrolAt(options.coreUrl, { code, publicKey, name })
  const { certificate, marketPublicKey } = enrolled
  const identity = { name, coreUrl: options.coreUrl, certificate, marketPublicKey }
  await (await openSqliteJournal(EDGE_FILES.journal(folder)))[Symbol.asyncDispose]()
  writeEdgeIdentity(folder, identity)
  return identity
}

function notEnrolled(folder: string): Problem {
  return new Problem({
    code: 'edge_not_enrolled',
    title: `The edge in ${folder} is not enrolled yet.`,
    wayOut: 'Make a code with nightmarket enrol, and give it with --core URL --enrol CODE.',
  })
}

function startUplink(
  identity: EdgeIdentity,
  key: SigningKey,
  { stall, log, onDefect }: { readonly stall: Stall } & Pick<EdgeOptions, 'log' | 'onDefect'>,
): Uplink {
  const wire = createHttpWire({
    parentUrl: identity.coreUrl,
    signer: signerOf(identity, key),
    fetch: (address, init) => fetch(address, init),
  })
  return createUplink({
    stall,
    wire,
    now: readClocks,
    setTimer,
    random: Math.random,
    onDefect,
    onChange({ isConnected, refused, unsynced, lastError }) {
      if (isConnected) return log.info({ unsynced }, 'connected to the core')
      const reason = lastError?.detail ?? 'no answer'
      if (refused !== null) return log.warn({ refused, reason }, 'the core refuses this edge')
      log.warn({ reason, unsynced }, 'the core is out of reach; selling goes on')
    },
  })
}

function signerOf({ certificate }: EdgeIdentity, { sign }: SigningKey): RequestSigner {
  const { nodeId, epoch } = certificate
  return { nodeId, epoch, sign, digest: sha256 }
}

function edgeDeps(
  options: EdgeOptions,
  parts: {
    readonly stall: Stall
    readonly uplink: Uplink
    readonly coreUrl: string
    readonly signer: RequestSigner
    readonly isOperator: EdgeDeps['isOperator']
    readonly media: EdgeMedia
    readonly closing: AbortSignal
  },
): EdgeDeps {
  const { folder, log, onDefect, trustedProxies = [] } = options
  const isTrusted = createTrustedProxies(trustedProxies) ?? (() => false)
  const { stall, uplink, coreUrl, signer, isOperator, media, closing } = parts
  const status = () => uplink.status()
  const gauges = [...edgeGauges({ stall, uplink: status }), ...media.gauges]
  return {
    version,
    stall,
    now: readClocks,
    setTimer,
    newId: randomUUID,
    digest: sha256,
    mac: createTokenMac(openTokenKey(folder)),
    hashVoucher: hashVoucherCode,
    isOperator,
    uplink: status,
    parent: (path, init) => fetch(coreUrl + path, { ...init, redirect: 'error' }),
    signedCore: askSigned(coreUrl, signer),
    log,
    metrics: createPrometheusMetrics({ gauges, ofProcess: true }),
    onDefect,
    closing,
    mediaNow: media.mediaNow,
    addressOf: (peer, forwarded) => clientAddress(peer, forwarded, isTrusted),
  }
}

/** What this edge asks its core about its buyers, in its own name. */
function askSigned(coreUrl: string, signer: RequestSigner): EdgeDeps['signedCore'] & object {
  return async (path, body, signal) => {
    const signed = await signRequest({ method: 'POST', path, body }, signer)
    const headers = { 'content-type': 'application/json', ...signed }
    return fetch(coreUrl + path, { method: 'POST', headers, body, signal, redirect: 'error' })
  }
}

/** Whether a header carries the operator's token: the market's, or one of the edge's own. */
function operatorOf({ folder, operatorTokenHash }: EdgeOptions): EdgeDeps['isOperator'] {
  const own = () => readOrCreate(EDGE_FILES.operatorToken(folder), createSecret).trim()
  const tokenHash = operatorTokenHash ?? hashText(own())
  return (authorization) => isBearer(authorization, tokenHash, sha256)
}

function hashVoucherCode(text: string): string | null {
  const code = parseVoucherCode(text)
  return code.ok ? voucherHash(code.value, sha256) : null
}
