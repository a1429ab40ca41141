import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { BooksAddress } from '@nightmarket/core'

import { MARKET_FILES, openMarket, type MarketFolder } from '../market/market-folder.ts'
import type { Problem } from '../problem.ts'
import { createEnrolmentAt } from '../role/enrol-at.ts'
import { CutLink } from './cut-link.ts'
import { Door } from './door.ts'
import { ServerProcess } from './server-process.ts'

/** What a market of one's own is made of. */
export interface OwnMarketOptions {
  readonly edges: number
  /** A PostgreSQL for its books; `null` is the file in its folder. */
  readonly databaseUrl?: string | null
  /** A core process for each; more than one needs PostgreSQL. */
  readonly cores?: number
  /** Where its folder is made; the machine's temporary folder unless told. */
  readonly parent?: string
  /** A part died that nobody had ended. */
  readonly onDeath?: (problem: Problem) => void
  readonly onProgress?: (text: string) => void
}

/** An edge of a market of one's own: its process, and the way buyers take to it. */
export interface OwnEdge {
  readonly server: ServerProcess
  readonly door: Door
}

/**
 * A market in a temporary folder, every part a process of its own, started by the command line as
 * anybody would. Between edges and core is a link that can be cut. Closing it stops the parts and
 * removes the folder.
 */
export class OwnMarket implements AsyncDisposable {
  readonly folder: string
  readonly books: BooksAddress
  readonly publicKey: string
  readonly adminToken: string
  readonly sandbox: ServerProcess
  readonly cores: readonly ServerProcess[]
  /** One for each core. */
  readonly links: readonly CutLink[]
  readonly edges: readonly OwnEdge[]
  readonly #parts: AsyncDisposableStack

  private constructor(
    parts: Pick<OwnMarket, 'folder' | 'books' | 'sandbox' | 'cores' | 'links' | 'edges'>,
    { marketKey, adminToken }: MarketFolder,
    opened: AsyncDisposableStack,
  ) {
    this.folder = parts.folder
    this.books = parts.books
    this.publicKey = marketKey.publicKey
    this.adminToken = adminToken
    this.sandbox = parts.sandbox
    this.cores = parts.cores
    this.links = parts.links
    this.edges = parts.edges
    this.#parts = opened
  }

  /** Start all parts of a new market. Throws the `Problem` of the part that would not start. */
  static async open(options: OwnMarketOptions): Promise<OwnMarket> {
    const { databaseUrl = null, parent = tmpdir(), onProgress: say = () => undefined } = options
    await using opened = new AsyncDisposableStack()
    const folder = mkdtempSync(join(parent, 'nightmarket-'))
    opened.defer(() => rmSync(folder, { recursive: true, force: true }))
    const market = openMarket(folder, databaseUrl === null ? 'sqlite' : 'postgres')
    say('Starting the sandbox processor')
    const start = starter(folder, options, opened)
    const sandbox = await start('sandbox', ['sandbox'])
    say('Starting the core')
    const cores = await startCores(options, sandbox.url, start)
    const links: CutLink[] = []
    for (const core of cores) links.push(opened.use(await CutLink.open(core.url)))
    say(`Starting ${options.edges} edges`)
    const edges = await startEdges(options.edges, { cores, links, market }, start)
    opened.defer(() => edges.forEach(({ door }) => door.close()))
    const books = databaseUrl === null ? { path: MARKET_FILES.books(folder) } : { url: databaseUrl }
    return new OwnMarket({ folder, books, sandbox, cores, links, edges }, market, opened.move())
  }

  get doors(): readonly Door[] {
    return this.edges.map(({ door }) => door)
  }

  /** The core that people talk to. */
  get core(): ServerProcess {
    const [core] = this.cores
    if (core === undefined) throw new Error('a market has a core')
    return core
  }

  cutUplinks(): void {
    for (const link of this.links) link.cut()
  }

  restoreUplinks(): void {
    for (const link of this.links) link.restore()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync()
  }
}

type Start = (name: string, words: readonly string[]) => Promise<ServerProcess>

/** Parts close in the reverse order: edges first, so that the core hears the last of them. */
function starter(folder: string, options: OwnMarketOptions, opened: AsyncDisposableStack): Start {
  const { onDeath, databaseUrl = null } = options
  return async (name, words) => {
    const server = await ServerProcess.start({
      name,
      words: [...words, '--data', folder],
      ...(onDeath === undefined ? {} : { onDeath }),
      ...(databaseUrl === null ? {} : { environment: { NIGHTMARKET_DATABASE: databaseUrl } }),
    })
    return opened.use(server)
  }
}

async function startCores(
  { cores = 1 }: OwnMarketOptions,
  processorUrl: string,
  start: Start,
): Promise<readonly ServerProcess[]> {
  const started: ServerProcess[] = []
  for (let index = 1; index <= cores; index += 1) {
    const name = cores === 1 ? 'core' : `core-${index}`
    started.push(await start(name, ['core', '--processor', processorUrl]))
  }
  return started
}

/** Edges share the cores out among them, each behind the link of its core. */
async function startEdges(
  count: number,
  parts: Pick<OwnMarket, 'cores' | 'links'> & { readonly market: MarketFolder },
  start: Start,
): Promise<readonly OwnEdge[]> {
  const { cores, links, market } = parts
  const names = Array.from({ length: count }, (_, index) => `edge-${index + 1}`)
  return Promise.all(
    names.map(async (name, index) => {
      const core = cores[index % cores.length]
      const link = links[index % links.length]
      if (core === undefined || link === undefined) throw new Error('every core has its link')
      const code = await createEnrolmentAt(core.url, market.adminToken, name)
      const words = ['edge', '--name', name, '--core', link.url, '--enrol', code]
      const server = await start(name, words)
      return { server, door: new Door(server.url) }
    }),
  )
}
