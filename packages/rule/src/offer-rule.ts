import { Environment, ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js'
import type { HoldsFor, OfferFacts, RuleCheck } from '@nightmarket/kernel'

/** How much a rule may be: an offer is decided while a viewer waits. */
const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 50 }

/** The most rules kept ready: more than a release has offers. */
const RULES_KEPT_MAX = 1_000

/** The facts by name and type, the same as the kernel's `OfferFacts`. */
const FACT_TYPES = {
  show: { elapsedSeconds: 'int', leftSeconds: 'int', segment: 'string' },
  drop: { elapsedSeconds: 'int', leftSeconds: 'int', lineLength: 'int' },
  stock: { unitsHere: 'int' },
  offer: { unitsSold: 'int', givenMinor: 'int' },
  viewer: { dwellSeconds: 'int', unitsBought: 'int' },
} as const satisfies {
  readonly [Group in keyof OfferFacts]: Readonly<
    Record<keyof OfferFacts[Group], 'int' | 'string'>
  >
}

const FACT_NAMES = Object.entries(FACT_TYPES)
  .flatMap(([group, members]) => Object.keys(members).map((member) => `${group}.${member}`))
  .join(', ')

/**
 * The rules of offers, in CEL: checked when a show is applied, asked when an offer is decided.
 *
 * - [CE1] A rule is one expression that is true or false over `OfferFacts`; a typing error in a
 *   name, a comparison of a word with a number, or anything that is no condition is refused, with
 *   the place and the names there are.
 * - [CE2] A rule cannot do anything but compute: it has no function that reads the world, and is
 *   bounded in size. What fails while it is asked does not hold.
 */
export function createOfferRules(): { readonly check: RuleCheck; readonly holdsFor: HoldsFor } {
  const environment = createEnvironment()
  const kept = new Map<string, ParseResult>()
  const facts = new CelFacts()
  return {
    check: (rule) => checkRule(environment, rule),
    holdsFor(rule, found) {
      const known = kept.get(rule) ?? environment.parse(rule)
      if (kept.size >= RULES_KEPT_MAX) kept.clear()
      kept.set(rule, known)
      return evaluate(known, facts.of(found))
    },
  }
}

function createEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS })
  for (const [name, schema] of Object.entries(FACT_TYPES)) {
    environment.registerVariable(name, { schema })
  }
  return environment
}

function checkRule(environment: Environment, rule: string): ReturnType<RuleCheck> {
  const refuse = (problem: string) => ({ problem, readsViewer: false })
  const parsed = parse(environment, rule)
  if (parsed instanceof ParseError) return refuse(`CEL that reads: ${parsed.summary}`)
  const { valid, type, error } = parsed.check()
  if (!valid) return refuse(`CEL that fits: ${error?.summary ?? 'it does not'}; ${FACT_NAMES}`)
  if (type !== 'bool') return refuse(`an expression that is true or false, not ${type}`)
  return { problem: null, readsViewer: reads(parsed.ast, 'viewer') }
}

function parse(environment: Environment, rule: string): ParseResult | ParseError {
  try {
    return environment.parse(rule)
  } catch (error) {
    if (error instanceof ParseError) return error
    throw error
  }
}

/** A rule that passed its check fails only on its facts, such as a division by zero. [CE2] */
function evaluate(rule: ParseResult, facts: object): boolean {
  try {
    return rule(facts) === true
  } catch {
    return false
  }
}

/** Whether an expression names a variable anywhere. */
function reads(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((each) => reads(each, name))
  if (typeof node !== 'object' || node === null || !('op' in node)) return false
  const { op, args } = node as ASTNode
  return op === 'id' ? args === name : reads(args, name)
}

/**
 * CEL's integers are `bigint`s. What offers of one look share is the same object, and turned once.
 */
class CelFacts {
  readonly #known = new WeakMap<object, object>()

  of({ show, drop, stock, offer, viewer }: OfferFacts): object {
    return {
      show: this.#group(show),
      drop: this.#group(drop),
      stock: this.#group(stock),
      offer: this.#group(offer),
      viewer: this.#group(viewer),
    }
  }

  #group(members: object): object {
    const known = this.#known.get(members)
    if (known !== undefined) return known
    const entries = Object.entries(members).map(([name, value]) => [name, toCel(value)])
    const made = Object.fromEntries(entries) as object
    this.#known.set(members, made)
    return made
  }
}

function toCel(value: unknown): unknown {
  return typeof value === 'number' ? BigInt(Math.trunc(value)) : value
}
