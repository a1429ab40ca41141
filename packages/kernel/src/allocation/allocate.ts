import { assert } from '../assert.ts'
import type { NodeId } from '../id.ts'

/** One item in one drop, as the parent has it. */
export interface PoolSupply {
  /** Units that may be granted now: free at the parent and within the drop's cap. */
  readonly free: number
  readonly opensAtMs: number
  readonly closesAtMs: number
  /** Units of orders that a rescue may still give back. */
  readonly inRescue: number
}

/** One child's account of that pool: what the parent's books say, and what the child reported. */
export interface ChildDemand {
  readonly nodeId: NodeId
  /** Units out that are neither sold nor back: on their way, unsold, or held. From the books. */
  readonly outstanding: number
  readonly held: number
  /** Units that people in line wait for. */
  readonly waiting: number
  /** Units a second, smoothed. */
  readonly rate: number
  /** Units asked back and not answered yet. */
  readonly recalled: number
  /** Whether it had any units of this pool before: a newcomer gets a first share. */
  readonly isNew: boolean
  /** Whether it was heard of lately: units are not sent into silence. */
  readonly isReachable: boolean
}

/** Units that move between the parent and one child. */
export interface UnitsMove {
  readonly nodeId: NodeId
  readonly quantity: number
}

/** What the parent does now. Both lists name a node at most once, in a fixed order. */
export interface AllocationPlan {
  readonly grants: readonly UnitsMove[]
  readonly recalls: readonly UnitsMove[]
  /** Nothing is free, and nothing unsold, held or in rescue is out that could come back. [H2] */
  readonly isExhausted: boolean
}

/** How long before its opening a drop's stock is shared out. */
export const SHARE_LEAD_MS = 24 * 3_600_000

/**
 * One unit in so many stays with the parent at first, for where demand turns out to be. Of fewer
 * units none does: the only one of its kind is for sale, not in reserve.
 */
const RESERVE_OF = 5

/** How many seconds of its sales a child should have in stock, so that a cut does not stop it. */
const BUFFER_SECONDS = 30

/** What a child keeps of its rate when others wait: two round trips of selling. */
const KEEP_SECONDS = 1

/**
 * Decide how the units of one pool flow. Pure: same books, same plan.
 *
 * - [AL1] No more is granted than is free, and no more recalled than a child has unsold.
 * - [AL2] Who stands in line comes first, fairly by size where there is not enough.
 * - [AL3] A newcomer gets an equal share of what nobody has bought, less a reserve.
 * - [AL4] A child that sells is topped up by its rate; what one grant takes is at most half of what
 *   is free, and less as the end nears, so that the last units go where they are bought.
 * - [AL5] When nothing is free and somebody waits, unsold units are recalled from those who sell
 *   slowest. [L7]
 * - [AL7] When nobody stands in line, but a newcomer got less than its share or one that sells has
 *   nothing left, units are recalled from those who hold more than their buffer. At a counter
 *   nobody stands in line for units that are elsewhere.
 * - [AL6] The pool is exhausted exactly when nothing is free, out or in rescue. [H2]
 */
export function allocate(
  supply: PoolSupply,
  children: readonly ChildDemand[],
  nowMs: number,
): AllocationPlan {
  assert(Number.isSafeInteger(supply.free) && supply.free >= 0, 'free units are counted from 0')
  const sorted = children.toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
  sorted.forEach(assertChild)
  const isOut = sorted.some((child) => child.outstanding > 0)
  const isExhausted = supply.free === 0 && !isOut && supply.inRescue === 0
  const isTime = nowMs >= supply.opensAtMs - SHARE_LEAD_MS && nowMs < supply.closesAtMs
  if (!isTime) return { grants: [], recalls: [], isExhausted }

  const grants = new Map<NodeId, number>()
  const heard = sorted.filter((child) => child.isReachable)
  let free = supply.free
  for (const share of [serveLines, shareFirst, topUp] as const) {
    const given = share(free, heard, grants, supply.closesAtMs - nowMs)
    for (const { nodeId, quantity } of given) {
      grants.set(nodeId, (grants.get(nodeId) ?? 0) + quantity)
      free -= quantity
    }
    assert(free >= 0, 'no more is granted than is free')
  }
  const recalls = planRecalls(supply, sorted, grants, nowMs)
  return { grants: movesOf(grants), recalls, isExhausted }
}

/** [AL5] [AL7] */
function planRecalls(
  { free, closesAtMs }: PoolSupply,
  children: readonly ChildDemand[],
  grants: ReadonlyMap<NodeId, number>,
  nowMs: number,
): readonly UnitsMove[] {
  const heard = children.filter((child) => child.isReachable)
  const granted = ({ nodeId }: ChildDemand) => grants.get(nodeId) ?? 0
  const inLine = sum(heard.map((child) => lacking(child) - granted(child)))
  if (inLine > 0) return recall(inLine, children, KEEP_SECONDS)
  const share = shareOf(free + sum(heard.map(unsold)), heard.length)
  const seconds = bufferSeconds(closesAtMs - nowMs)
  const wanted = (child: ChildDemand) =>
    child.isNew ? share : unsold(child) === 0 ? Math.ceil(child.rate * seconds) : 0
  const missing = sum(heard.map((child) => Math.max(0, wanted(child) - granted(child))))
  return missing > 0 ? recall(missing, heard, BUFFER_SECONDS) : []
}

/** How many seconds of sales a child should have now: less as the end nears. */
function bufferSeconds(leftMs: number): number {
  return Math.min(BUFFER_SECONDS, leftMs / 2_000)
}

function assertChild(child: ChildDemand): void {
  const counts = [child.outstanding, child.held, child.waiting, child.recalled]
  assert(counts.every((count) => Number.isSafeInteger(count) && count >= 0), 'counts are from 0')
  assert(child.rate >= 0, 'a rate is from 0')
}

/** Units it could sell to the next who asks. What is asked back already does not count. */
function unsold(child: ChildDemand): number {
  return Math.max(0, child.outstanding - child.held - child.recalled)
}

/** Units its line waits for, beyond what it has or is being sent. */
function lacking(child: ChildDemand): number {
  return Math.max(0, child.waiting - unsold(child))
}

type Share = (
  free: number,
  children: readonly ChildDemand[],
  grants: ReadonlyMap<NodeId, number>,
  leftMs: number,
) => readonly UnitsMove[]

/** [AL2] */
const serveLines: Share = (free, children) => {
  const wishes = children.map((child) => ({ nodeId: child.nodeId, quantity: lacking(child) }))
  return portion(free, wishes)
}

/** [AL3] Equal to the others' in the end, out of what is free now. */
const shareFirst: Share = (free, children, grants) => {
  const newcomers = children.filter((child) => child.isNew && !grants.has(child.nodeId))
  const all = free + sum(children.map(unsold))
  const share = Math.min(shareOf(all, children.length), shareOf(free, newcomers.length))
  return newcomers
    .filter(() => share > 0)
    .map((child) => ({ nodeId: child.nodeId, quantity: share }))
}

function shareOf(units: number, count: number): number {
  const reserve = Math.floor(units / RESERVE_OF)
  return Math.floor((units - reserve) / Math.max(1, count))
}

/** [AL4] Only one that is below half of its buffer, so that grants stay few and large. */
const topUp: Share = (free, children, grants, leftMs) => {
  const seconds = bufferSeconds(leftMs)
  const buffers = children.map((child) => {
    const stock = unsold(child) + (grants.get(child.nodeId) ?? 0) - child.waiting
    const target = Math.ceil(child.rate * seconds)
    const isLow = child.rate > 0 && stock * 2 < target
    return { nodeId: child.nodeId, quantity: isLow ? target - Math.max(0, stock) : 0 }
  })
  return portion(Math.floor(free / 2), buffers)
}

/** From who has the most beyond what it sells in so many seconds; the unheard of last. */
function recall(
  missing: number,
  children: readonly ChildDemand[],
  keepSeconds: number,
): readonly UnitsMove[] {
  const coming = sum(children.filter((child) => child.isReachable).map((child) => child.recalled))
  let needed = missing - coming
  const sources = children
    .filter((child) => lacking(child) === 0)
    .map((child) => ({ child, quantity: surplus(child, keepSeconds) }))
    .filter(({ quantity }) => quantity > 0)
    .toSorted((a, b) => order(a.child.isReachable, b.child.isReachable) || b.quantity - a.quantity)
  const recalls: UnitsMove[] = []
  for (const { child, quantity } of sources) {
    if (needed <= 0) break
    const taken = Math.min(quantity, needed)
    recalls.push({ nodeId: child.nodeId, quantity: taken })
    if (child.isReachable) needed -= taken
  }
  return recalls
}

function surplus(child: ChildDemand, keepSeconds: number): number {
  return Math.max(0, unsold(child) - child.waiting - Math.ceil(child.rate * keepSeconds))
}

function order(a: boolean, b: boolean): number {
  return Number(b) - Number(a)
}

/** Give each its wish, or in proportion when there is not enough; the largest remainder first. */
function portion(free: number, wishes: readonly UnitsMove[]): readonly UnitsMove[] {
  const wanted = sum(wishes.map((wish) => wish.quantity))
  if (wanted <= free) return wishes.filter((wish) => wish.quantity > 0)
  const parts = wishes.map(({ nodeId, quantity }, index) => {
    const whole = Number((BigInt(quantity) * BigInt(free)) / BigInt(wanted))
    const remainder = Number((BigInt(quantity) * BigInt(free)) % BigInt(wanted))
    return { nodeId, quantity: whole, remainder, index }
  })
  let left = free - sum(parts.map((part) => part.quantity))
  for (const part of parts.toSorted((a, b) => b.remainder - a.remainder || a.index - b.index)) {
    if (left === 0) break
    part.quantity += 1
    left -= 1
  }
  return parts
    .filter((part) => part.quantity > 0)
    .map(({ nodeId, quantity }) => ({ nodeId, quantity }))
}

function movesOf(moves: ReadonlyMap<NodeId, number>): readonly UnitsMove[] {
  return [...moves].map(([nodeId, quantity]) => ({ nodeId, quantity }))
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
