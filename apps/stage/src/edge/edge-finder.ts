import { askEdge } from './ask-edge.ts'
import { chooseEdge, type EdgeProbes } from './edge-choice.ts'

/** Small questions per edge and round; the first also opens the connection and is not counted. */
const PROBES = 3

/** How long an edge may take to answer a probe. */
const PROBE_MS_MAX = 2_500

/** Between two rounds while all is well, and while the edge in use does not answer. */
const ROUND_MS = { calm: 60_000, troubled: 2_500 }

/** Where the edges are remembered, for a page that opens while its own edge is away. */
const MEMORY = 'nightmarket-edges'

interface Edges {
  readonly edges?: readonly { readonly url: string }[]
}

/** Finds the edge to talk to, and moves when it fails or another is clearly better. */
export class EdgeFinder {
  #current: string
  #others: readonly string[]
  #timer: ReturnType<typeof setTimeout> | undefined
  #isProbing = false
  readonly #onMove: (url: string) => void

  constructor(origin: string, onMove: (url: string) => void) {
    this.#current = origin
    this.#others = readMemory()
    this.#onMove = onMove
  }

  /** The edge that everything new goes to. */
  get current(): string {
    return this.#current
  }

  /** Learn the edges of this market, measure them, and keep measuring. */
  async start(): Promise<void> {
    await this.#learn()
    await this.#round()
    addEventListener('online', () => this.suspect())
  }

  /** The edge in use did not answer: measure at once. */
  suspect(): void {
    clearTimeout(this.#timer)
    void this.#round()
  }

  /** The edge that answers is remembered too: a page that is kept elsewhere finds it again. */
  async #learn(): Promise<void> {
    const url = this.#current
    const answer = await askEdge<Edges>(url, { path: '/v1/edges', timeoutMs: 4_000 })
    const named = (answer?.status === 200 && answer.body.edges) || []
    // An edge that has just started names nobody, which is no reason to forget.
    if (named.length === 0) return
    this.#others = [url, ...named.map((each) => each.url)]
    localStorage.setItem(MEMORY, JSON.stringify(this.#others))
  }

  async #round(): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    const urls = [...new Set([this.#current, location.origin, ...this.#others])]
    const probed = urls.length > 1 || !navigator.onLine ? await Promise.all(urls.map(probe)) : []
    this.#isProbing = false
    const best = probed.length === 0 ? this.#current : chooseEdge(this.#current, probed)
    const isWell = best !== null
    if (best !== null && best !== this.#current) {
      this.#current = best
      this.#onMove(best)
      void this.#learn()
    }
    this.#timer = setTimeout(() => void this.#round(), isWell ? ROUND_MS.calm : ROUND_MS.troubled)
  }
}

/** One after the other, so that they measure the way and not each other. */
async function probe(url: string): Promise<EdgeProbes> {
  const roundTripsMs: number[] = []
  let failures = 0
  for (let count = 0; count <= PROBES && failures < 2; count += 1) {
    const startedMs = performance.now()
    const answer = await askEdge(url, { path: '/v1/probe', timeoutMs: PROBE_MS_MAX })
    if (answer?.status !== 200) failures += 1
    else if (count > 0) roundTripsMs.push(performance.now() - startedMs)
  }
  return { url, roundTripsMs, failures }
}

function readMemory(): readonly string[] {
  const text = localStorage.getItem(MEMORY)
  return text === null ? [] : (JSON.parse(text) as string[])
}
