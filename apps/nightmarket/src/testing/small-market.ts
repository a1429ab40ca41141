import { join } from 'node:path'

import { until } from './buy.ts'
import { openTestFolder, runForJson, startNightmarket, type Started } from './process.ts'
import { writeSmallShow, type SmallStock } from './small-show.ts'

/** How long units may take to their edge; the machine is shared. */
const PATIENCE_MS = 60_000

/** A market in a process of its own, with the small show that is on and units at its edge. */
export class SmallMarket implements AsyncDisposable {
  readonly folder: string
  readonly pid: number
  readonly addresses: Readonly<Record<string, string>>
  readonly #opened: AsyncDisposableStack

  private constructor(opened: AsyncDisposableStack, folder: string, running: Started) {
    this.#opened = opened
    this.folder = folder
    this.pid = running.pid
    this.addresses = running.addresses
  }

  static async open(stock?: SmallStock): Promise<SmallMarket> {
    await using opened = new AsyncDisposableStack()
    const { path } = opened.use(openTestFolder())
    const folder = join(path, 'market')
    const up = opened.use(await startNightmarket(['up', '--data', folder, '--port', '0']))
    const market = new SmallMarket(opened.move(), folder, up)
    const { csv, show } = writeSmallShow(path, stock)
    await market.ask('import', csv)
    await market.ask('show', 'apply', show)
    await until(() => unitsAt(market.edgeUrl), (units) => units > 0, PATIENCE_MS)
    return market
  }

  get edgeUrl(): string {
    return this.addresses['edge'] ?? ''
  }

  /** Run a command on this market and read its answer. */
  ask<Answer>(...words: readonly string[]): Promise<Answer> {
    return runForJson<Answer>([...words, '--data', this.folder])
  }

  /** One more edge in a process of its own, to be killed. Without a port it takes a free one. */
  async addEdge(name: string): Promise<Started> {
    const { code } = await this.ask<{ code: string }>('enrol', '--name', name)
    const core = ['--core', this.addresses['core'] ?? '', '--enrol', code]
    return this.startEdge(name, '0', ...core)
  }

  /** Start an edge that enrolled before, where it was. */
  startEdge(name: string, port: string, ...more: readonly string[]): Promise<Started> {
    const place = ['--data', this.folder, '--name', name, '--port', port]
    return startNightmarket(['edge', ...place, ...more])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

async function unitsAt(edgeUrl: string): Promise<number> {
  const response = await fetch(`${edgeUrl}/v1/drops/mugs`)
  const drop = (await response.json()) as { listings?: { unitsHere: number }[] }
  return drop.listings?.[0]?.unitsHere ?? 0
}
