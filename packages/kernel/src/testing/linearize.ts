import { assert } from '../assert.ts'

/** One thing that a client did: from when it asked until when it was answered. */
export interface Operation<Act> {
  readonly client: string
  /** What was asked, with what was answered. */
  readonly act: Act
  /** Any clock that all clients share. */
  readonly askedAt: number
  /** `Infinity` when the answer was lost: it happened at any later moment, or never. */
  readonly answeredAt: number
}

/** What one client alone would see: the object as it should be. */
export interface SequentialModel<State, Act> {
  readonly initial: State
  /** The state after an act; `null` when it cannot have been answered so in this state. */
  readonly after: (state: State, act: Act) => State | null
  /** Equal for equal states. */
  readonly keyOf: (state: State) => string
}

/**
 * An order in which operations could have happened one after another, each at a moment between its
 * question and its answer, and all of them as the model says; `null` when there is none.
 *
 * The search of Wing and Gong, with Lowe's memory of where it has been: what is the same set of
 * operations done, with the same state, is looked at once. Made for some hundred operations of a
 * dozen clients.
 */
export function linearize<State, Act>(
  history: readonly Operation<Act>[],
  model: SequentialModel<State, Act>,
): readonly Operation<Act>[] | null {
  const asked = history.toSorted((left, right) => left.askedAt - right.askedAt)
  for (const { askedAt, answeredAt } of asked) assert(askedAt <= answeredAt, 'time goes on')
  const isDone = asked.map(() => false)
  const seen = new Set<string>()
  const order: Operation<Act>[] = []
  return goOn(model.initial) ? order : null

  function goOn(state: State): boolean {
    if (asked.every((operation, place) => isDone[place] === true || isLost(operation))) return true
    const key = `${keyOfDone(isDone)} ${model.keyOf(state)}`
    if (seen.has(key)) return false
    seen.add(key)
    for (const place of candidates()) {
      const operation = asked[place]
      const next = operation === undefined ? null : model.after(state, operation.act)
      if (operation === undefined || next === null) continue
      isDone[place] = true
      order.push(operation)
      if (goOn(next)) return true
      order.pop()
      isDone[place] = false
    }
    return false
  }

  /** Whatever was asked before the first of those still to come was answered. */
  function candidates(): readonly number[] {
    const open = asked.flatMap((_, place) => (isDone[place] === true ? [] : [place]))
    const firstAnswer = Math.min(...open.map((place) => asked[place]?.answeredAt ?? Infinity))
    return open.filter((place) => (asked[place]?.askedAt ?? Infinity) <= firstAnswer)
  }
}

function isLost({ answeredAt }: Operation<unknown>): boolean {
  return answeredAt === Infinity
}

/** The first that is not done, and what is done behind it: short, since most are done in order. */
function keyOfDone(isDone: readonly boolean[]): string {
  const first = isDone.indexOf(false)
  if (first === -1) return String(isDone.length)
  const behind = isDone.slice(first).map((done) => (done ? '1' : '0'))
  return `${first}:${behind.join('').replace(/0+$/, '')}`
}

/** What happens to a counter that has so many and never fewer than none. */
export type CounterAct =
  | { readonly type: 'take'; readonly count: number; readonly taken: boolean }
  | { readonly type: 'give'; readonly count: number }
  | { readonly type: 'read'; readonly seen: number }

/** A counter that starts with so many: nothing is taken that is not there, nor refused that is. */
export function boundedCounter(initial: number): SequentialModel<number, CounterAct> {
  return {
    initial,
    keyOf: String,
    after(left, act) {
      if (act.type === 'give') return left + act.count
      if (act.type === 'read') return act.seen === left ? left : null
      if (act.taken) return act.count <= left ? left - act.count : null
      return act.count > left ? left : null
    },
  }
}

/** Notes what clients do and when, for `linearize`. */
export class History<Act> {
  readonly operations: Operation<Act>[] = []
  readonly #now: () => number

  /** `now` is a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Ask, wait for the answer, and note what it was. */
  async note<T>(client: string, ask: () => Promise<T>, toAct: (answer: T) => Act): Promise<T> {
    const askedAt = this.#now()
    const answer = await ask()
    this.operations.push({ client, act: toAct(answer), askedAt, answeredAt: this.#now() })
    return answer
  }
}
