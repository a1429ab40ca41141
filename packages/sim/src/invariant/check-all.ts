import type { RogueNode } from '../fault/rogue.ts'
import type { World } from '../world/world.ts'
import { countChanges, type BooksView, viewBooks } from './books-view.ts'
import {
  checkAcknowledged,
  checkAppliedOnce,
  checkCheckpoints,
  checkForks,
  checkProjections,
  checkStopped,
  PrefixWatch,
  readCopies,
  type JournalCopies,
} from './journal.ts'
import { checkAgreement, checkEnds, checkHonest, checkPoison } from './liveness.ts'
import {
  checkByAudit,
  checkFalseRefunds,
  checkPrices,
  checkRefunds,
  checkUnexplained,
  checkVouchers,
  markRefunds,
} from './money.ts'
import { checkCoreStock, checkLeaks, checkOversold, checkStalls } from './stock.ts'

/** How many looks pass between two of the slow ones. */
const SLOW_EVERY = 10

/** Looks at everything that must hold, once a simulated minute, and at rest. */
export class Inspector {
  readonly #world: World
  readonly #copies: JournalCopies = new Map()
  readonly #prefixes = new PrefixWatch()
  #looks = 0
  #last: { readonly stamp: string; readonly books: BooksView } | null = null

  constructor(world: World) {
    this.#world = world
  }

  /**
   * Look now. The slow checks take their turn. Where nothing was written anywhere since the last
   * look, what was true then is true now, save what the hours alone can break.
   */
  async look(phase: 'safety' | 'rest', rogues: readonly RogueNode[]): Promise<void> {
    const world = this.#world
    const stamp = await stampOf(world)
    if (phase === 'safety' && this.#last?.stamp === stamp) {
      checkStopped(world)
      return checkUnexplained(world, this.#last.books)
    }
    const isSlow = phase === 'rest' || this.#looks++ % SLOW_EVERY === SLOW_EVERY - 1
    const books = await viewBooks(world.core.books)
    this.#last = { stamp, books }
    await readCopies(world, this.#copies)
    checkStalls(world)
    checkCoreStock(world, books)
    await checkOversold(world, books)
    checkAppliedOnce(world, books, this.#copies)
    this.#prefixes.check(world, this.#copies)
    checkAcknowledged(world, books, this.#copies)
    await checkForks(world, books, rogues)
    checkStopped(world)
    checkCheckpoints(world, phase)
    checkPrices(world, books, phase)
    checkRefunds(world, books)
    checkUnexplained(world, books)
    checkVouchers(world, books)
    checkFalseRefunds(world, books, phase)
    if (isSlow) await checkProjections(world)
    if (isSlow) await checkByAudit(world, phase)
    if (phase === 'safety') return
    checkLeaks(world, books)
    checkAgreement(world, books)
    checkEnds(world, books, this.#copies)
    checkPoison(world, books, rogues)
    checkHonest(world, books)
    markRefunds(world, books)
  }
}

/** Changes whenever a row, a journal, the bank or a device does. */
async function stampOf({ core, edges, chronicle }: World): Promise<string> {
  const entries = edges.reduce((sum, { disk }) => sum + disk.entries.length, 0)
  return `${await countChanges(core.books)}/${entries}/${chronicle.said}`
}
