import {
  preparedToResponse,
  type FindPrepared,
  type PreparedAnswer,
  type PreparedRequest,
} from '@nightmarket/http'
import { chooseLanguage } from '@nightmarket/ui'

import type { EdgeDeps } from '../edge-deps.ts'
import { EditionClock, type PageEdition } from './page-edition.ts'
import { chooseForm, layOut, type PageForms } from './page-forms.ts'
import type { PolicyParts } from './page-answer.ts'
import type { StageParts } from './stage-parts.ts'

/** How old what a page says of stock may be, and how often pages in use are drawn again. */
const STOCK_MS = 1_000

/** The most pages kept; past it the ones drawn first are forgotten. */
const PAGES_MAX = 500

/** What a shelf is made of. */
export type ShelfDeps = Pick<
  EdgeDeps,
  'stall' | 'now' | 'digest' | 'setTimer' | 'onDefect' | 'closing'
> & { readonly parts: StageParts & PolicyParts }

/** A page that is the same for everybody, and how to draw it again. */
export interface SharedPage {
  /** Tells it from every other: language, origin and path. */
  readonly key: string
  /** The pattern of its route. */
  readonly route: string
  /** How long it stands without being drawn again, when nothing was sold meanwhile. */
  readonly keptMs: number
  /** `null`: there is no such page any more. */
  readonly draw: () => string | null
}

interface KeptPage extends SharedPage {
  readonly text: string
  readonly forms: PageForms
  /** What it was drawn of: the release and the stretch of time, and how much had happened. */
  readonly edition: PageEdition
  readonly changes: number
  readonly drawnMs: number
  isAsked: boolean
}

/**
 * Pages for everybody, drawn and packed ahead.
 *
 * A page is a function of its release, of the stretch of time between two changes, and of the
 * stock. Nothing in it counts seconds, so that it stays the same, with its tag, until one of these
 * changes. What is asked for is drawn again behind the scenes when something was sold, at most once
 * a second; whoever asks is answered from memory.
 */
export class PageShelf {
  readonly #deps: ShelfDeps
  readonly #kept = new Map<string, KeptPage>()
  readonly #drawing = new Map<string, Promise<KeptPage | null>>()
  readonly #editions = new EditionClock()
  #changes = 0
  #cancelRound: (() => void) | null = null

  constructor(deps: ShelfDeps) {
    this.#deps = deps
    deps.stall.onDurable(() => this.#changed())
    deps.closing?.addEventListener('abort', () => this.#cancelRound?.())
  }

  /** What lies ready for a request, without an await; `null`: it has to be drawn. */
  readonly find: FindPrepared = (request) => {
    const { stall, parts } = this.#deps
    const { active } = stall.state
    if (active === null) return null
    const spoken = active.index.release.show.languages
    const language = chooseLanguage(request.header('accept-language'), spoken)
    const origin = parts.publicUrl ?? `http://${request.header('host') ?? ''}`
    const kept = this.#kept.get(`${language} ${origin} ${request.target}`)
    return kept === undefined || !this.#isFresh(kept) ? null : this.#send(kept, request)
  }

  /** Answer with a page, drawn now if need be; `null` when there is none. */
  async answer(page: SharedPage, request: PreparedRequest): Promise<Response | null> {
    const known = this.#kept.get(page.key)
    const isFresh = known !== undefined && this.#isFresh(known)
    const kept = isFresh ? known : await this.#draw(page)
    return kept === null ? null : preparedToResponse(this.#send(kept, request))
  }

  #send(kept: KeptPage, { header }: PreparedRequest): PreparedAnswer {
    kept.isAsked = true
    return chooseForm(kept.forms, this.#deps.parts, header)
  }

  #isFresh({ edition, changes, drawnMs, keptMs }: KeptPage): boolean {
    if (edition !== this.#editionNow()) return false
    const ageMs = this.#deps.now().monotonicMs - drawnMs
    return ageMs < (changes === this.#changes ? keptMs : STOCK_MS)
  }

  #editionNow(): PageEdition | null {
    const { stall, now } = this.#deps
    const { active } = stall.state
    return active === null ? null : this.#editions.at(active, now().atMs)
  }

  /** Draw a page, once for all who ask meanwhile. */
  #draw(page: SharedPage): Promise<KeptPage | null> {
    const { key } = page
    const known = this.#drawing.get(key)
    if (known !== undefined) return known
    const drawn = this.#drawNow(page).finally(() => this.#drawing.delete(key))
    this.#drawing.set(key, drawn)
    return drawn
  }

  async #drawNow({ key, route, keptMs, draw }: SharedPage): Promise<KeptPage | null> {
    const [edition, changes] = [this.#editionNow(), this.#changes]
    const drawnMs = this.#deps.now().monotonicMs
    const text = edition === null ? null : draw()
    const before = this.#kept.get(key)
    this.#kept.delete(key)
    if (edition === null || text === null) return null
    const isSame = before?.text === text
    const forms = isSame ? before.forms : await layOut({ text, route }, this.#deps)
    const isAsked = false
    const kept = { key, route, keptMs, draw, text, forms, edition, changes, drawnMs, isAsked }
    this.#kept.set(key, kept)
    this.#forget()
    return kept
  }

  #forget(): void {
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > PAGES_MAX && oldest !== undefined) this.#kept.delete(oldest)
  }

  #changed(): void {
    this.#changes += 1
    if (this.#cancelRound !== null || this.#kept.size === 0) return
    const { setTimer, onDefect } = this.#deps
    this.#cancelRound = setTimer(STOCK_MS / 2, () => {
      this.#cancelRound = null
      this.#round().catch(onDefect)
    })
  }

  /** Draw again what was asked for since it was drawn last; the rest waits until it is. */
  async #round(): Promise<void> {
    const sought = [...this.#kept.values()].filter(({ isAsked }) => isAsked)
    for (const kept of sought) if (kept.changes !== this.#changes) await this.#draw(kept)
  }
}
