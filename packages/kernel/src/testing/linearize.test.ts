import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { boundedCounter, History, linearize, type CounterAct, type Operation } from './linearize.ts'

/** `client: act from..to`, as one writes it on paper. */
function operation(
  client: string,
  act: CounterAct,
  askedAt: number,
  answeredAt: number,
): Operation<CounterAct> {
  return { client, act, askedAt, answeredAt }
}

const take = (taken: boolean, count = 1): CounterAct => ({ type: 'take', count, taken })
const give = (count = 1): CounterAct => ({ type: 'give', count })
const read = (seen: number): CounterAct => ({ type: 'read', seen })

describe('a history that can have happened', () => {
  test('the last unit goes to whichever of two buyers came first', () => {
    const history = [operation('ann', take(false), 0, 10), operation('ben', take(true), 1, 9)]
    const order = linearize(history, boundedCounter(1))
    deepEqual(order?.map(({ client }) => client), ['ben', 'ann'])
  })

  test('a refusal between a sale and the return of its unit is right', () => {
    const history = [
      operation('ann', take(true), 0, 1),
      operation('ben', take(false), 2, 5),
      operation('ann', give(), 3, 4),
      operation('cem', take(true), 6, 7),
    ]
    ok(linearize(history, boundedCounter(1)))
  })

  test('what nobody answered may have happened, or not', () => {
    const lost = operation('ann', take(true), 0, Infinity)
    ok(linearize([lost, operation('ben', take(true), 1, 2)], boundedCounter(1)))
    ok(linearize([lost, operation('ben', take(false), 1, 2)], boundedCounter(1)))
  })
})

describe('a history that cannot have happened', () => {
  const impossible: Readonly<Record<string, readonly Operation<CounterAct>[]>> = {
    'one unit is sold twice': [
      operation('ann', take(true), 0, 3),
      operation('ben', take(true), 1, 2),
    ],
    'a buyer is refused before anybody else has asked': [
      operation('ann', take(false), 0, 1),
      operation('ben', take(true), 2, 3),
    ],
    'a reader sees the past after its end': [
      operation('ann', take(true), 0, 1),
      operation('ben', read(1), 2, 3),
    ],
    'two readers see one change in different orders': [
      operation('ann', take(true), 0, 9),
      operation('ben', read(0), 1, 2),
      operation('cem', read(1), 3, 4),
    ],
    'three take two of four each': [
      operation('ann', take(true, 2), 0, 9),
      operation('ben', take(true, 2), 0, 9),
      operation('cem', take(true, 2), 0, 9),
    ],
  }
  for (const [title, history] of Object.entries(impossible)) {
    const units = title === 'three take two of four each' ? 4 : 1
    test(title, () => equal(linearize(history, boundedCounter(units)), null))
  }
})

test('what happened one after another is found, and with one answer turned it is not', () => {
  const acts = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 2,
    maxLength: 40,
  })
  const property = fc.property(acts, fc.nat(), (steps, turned) => {
    const told = play(steps)
    ok(linearize(told, boundedCounter(5)), 'it happened')
    const place = turned % told.length
    const broken = told.map((operation, index) => (index === place ? turn(operation) : operation))
    equal(linearize(broken.map(alone), boundedCounter(5)), null)
  })
  fc.assert(property, { numRuns: 100 })
})

test('a history notes from the question to the answer', async () => {
  let now = 0
  const history = new History<CounterAct>(() => (now += 1))
  await history.note('ann', async () => true, (taken) => take(taken))
  deepEqual(history.operations, [operation('ann', take(true), 1, 2)])
})

/** Clients one after another, their times stretched so that neighbours overlap. */
function play(steps: readonly (readonly [number, number])[]): readonly Operation<CounterAct>[] {
  let left = 5
  return steps.map(([kind, count], place) => {
    const at = place * 10
    const act = kind === 0 ? give(count) : kind === 1 ? read(left) : take(count <= left, count)
    if (act.type === 'give') left += count
    if (act.type === 'take' && act.taken) left -= count
    return operation(`client-${place % 4}`, act, at - 15, at + 15)
  })
}

/** The same answered otherwise, so that it is certainly wrong where it stands. */
function turn(operation: Operation<CounterAct>): Operation<CounterAct> {
  const { act } = operation
  if (act.type === 'take') return { ...operation, act: { ...act, taken: !act.taken } }
  return { ...operation, act: read(act.type === 'read' ? act.seen + 1 : -1) }
}

/** Without any overlap, so that there is one order only. */
function alone(operation: Operation<CounterAct>): Operation<CounterAct> {
  return { ...operation, askedAt: operation.askedAt + 15, answeredAt: operation.answeredAt - 14 }
}
