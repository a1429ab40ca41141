import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
  type Started,
} from '../../../apps/nightmarket/src/testing/process.ts'

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,' +
  'Variant SKU,Variant Inventory Qty,Variant Price'

/** What a market of the journeys is made with. */
export interface StageMarketOptions {
  /** Units of the mug. */
  readonly units?: number
  readonly title?: string
  readonly host?: string
  readonly place?: string
  readonly product?: string
  /** A short hold lets a test see it end. */
  readonly terms?: string
  /** More drops, in the words of the show file, of `MUG-R` and `MUG-G`. */
  readonly drops?: string
  /** Ready to be shown over the picture: a list in the words of the show file. */
  readonly overlays?: string
  /** For the market’s process. */
  readonly environment?: NodeJS.ProcessEnv
}

/** A market of real processes with a show that is on, and pages that look at it. */
export class StageMarket implements AsyncDisposable {
  readonly #opened: AsyncDisposableStack
  readonly folder: string
  readonly addresses: Readonly<Record<string, string>>
  /** The market's process: core, first edge and sandbox. */
  readonly pid: number

  private constructor(
    opened: AsyncDisposableStack,
    folder: string,
    { addresses, pid }: Pick<Started, 'addresses' | 'pid'>,
  ) {
    this.#opened = opened
    this.folder = folder
    this.addresses = addresses
    this.pid = pid
  }

  static async open(options: StageMarketOptions = {}): Promise<StageMarket> {
    await using opened = new AsyncDisposableStack()
    const { path } = opened.use(openTestFolder())
    const folder = join(path, 'market')
    const words = ['up', '--data', folder, '--port', '0']
    const up = opened.use(await startNightmarket(words, options.environment))
    const market = new StageMarket(opened.move(), folder, up)
    await market.#sell(options, path)
    return market
  }

  get edgeUrl(): string {
    return this.addresses['edge'] ?? ''
  }

  get sandboxUrl(): string {
    return this.addresses['sandbox'] ?? ''
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

  /** Run a command on this market and read its answer. */
  ask<Answer>(...words: readonly string[]): Promise<Answer> {
    return runForJson<Answer>([...words, '--data', this.folder])
  }

  /** Every order that the books know. */
  async orders(): Promise<readonly { readonly orderId: string; readonly state: string }[]> {
    const listed = await this.ask<{ orders: { orderId: string; state: string }[] }>('orders')
    return listed.orders
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }

  async #sell(options: StageMarketOptions, path: string): Promise<void> {
    const { units = 5, product = 'Night Mug', title = 'An evening' } = options
    const quoted = `"${product.replaceAll('"', '""')}"`
    const csv = join(path, 'products.csv')
    const rows = [
      `mug,${quoted},"<p>Holds tea.</p>",Kiln,Colour,Blue,MUG-B,${units},9.50`,
      'mug,,,,,Red,MUG-R,2,9.50',
      'mug,,,,,Green,MUG-G,1,12.00',
    ]
    writeFileSync(csv, `${[HEADER, ...rows].join('\n')}\n`)
    const show = join(path, 'show.yaml')
    writeFileSync(show, showText({ ...options, title }))
    await this.ask('import', csv)
    await this.ask('show', 'apply', show)
    await waitForShow(this.edgeUrl)
  }
}

function showText(options: StageMarketOptions & { readonly title: string }): string {
  const { title, host = 'Ada', place = 'Hall 3', terms = '', overlays = '', drops = '' } = options
  return `format: 1
show:
  id: evening
  title: ${JSON.stringify(title)}
  startsAt: now
  duration: 2h
  timeZone: Europe/Berlin
  place: ${JSON.stringify(place)}
  languages: [en, de]
  hosts: [${JSON.stringify(host)}]
drops:
  - id: mugs
    title: ${JSON.stringify(`${title} mugs`)}
    listings:
      - variant: MUG-B
${drops}${overlays}${terms}`
}

/** Until units have reached the edge: a page opened before would say that none are there. */
async function waitForShow(edgeUrl: string): Promise<void> {
  const gaveUpAtMs = performance.now() + 20_000
  while (performance.now() < gaveUpAtMs) {
    const response = await fetch(`${edgeUrl}/v1/drops/mugs`)
    const drop = (await response.json()) as { listings?: { unitsHere: number }[] }
    if ((drop.listings?.[0]?.unitsHere ?? 0) > 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('no units reached the edge')
}
