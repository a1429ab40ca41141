import type { CatalogueLookup } from '../catalogue/catalogue-lookup.ts'
import type { PartyId, ShowId, VariantId } from '../id.ts'
import { assertShares, BASIS_POINTS_ALL } from '../ledger/split.ts'
import { isCurrency, type Currency } from '../money.ts'
import { err, ok, type Result } from '../result.ts'
import { FileNode } from './file-node.ts'
import type { Release, ReleaseVariant, Show, SplitShare } from './release.ts'
import { readTerms } from './sale-terms.ts'
import { readDrops } from './show-file-drop.ts'
import { readOffers, type RuleCheck } from './show-file-offer.ts'
import { readOverlays } from './show-file-overlay.ts'
import type { ShowFileProblem } from './show-file-problem.ts'
import { readEnd, SHOW_LENGTH_MS_MAX, TimeReader, type ToEpochMs } from './show-time.ts'

const PARTIES_MAX = 50

const SECTIONS = [
  'format',
  'currency',
  'show',
  'drops',
  'offers',
  'overlays',
  'split',
  'terms',
] as const

/** The end of a show whose times are refused, so that its drops are not refused for it too. */
const NEVER_MS = Number.MAX_SAFE_INTEGER

/** Who gets a sale when the file names no split: the host, all of it. */
export const SPLIT_DEFAULT: readonly SplitShare[] = [
  { partyId: 'host' as PartyId, basisPoints: 10_000 },
]

/** What a show file is compiled with. */
export interface CompileOptions {
  readonly lookup: CatalogueLookup
  readonly toEpochMs: ToEpochMs
  /** What `now` means in the file's times; rounded down to the second. */
  readonly nowMs: number
  /** The market's currency, which a file need not repeat. */
  readonly currency: Currency
  /** Checks the rules of offers; absent: a file with rules is refused. */
  readonly checkRule?: RuleCheck
}

/**
 * Turn a show file, parsed from YAML into plain values, into a release, or say all that is wrong.
 *
 * - [RE9] Every problem names its path, the value there and what would be right; keys that nobody
 *   reads are problems too.
 * - [RE10] Drops lie inside the show, and a show, a drop and a stretch end after they start.
 * - [RE14] The shares of the split are all of the sale: 100 %.
 * - [RE15] What is left out has a default: terms, split, limits, the show's own time for a drop.
 * - [RE16] The same file with fixed times is the same release. One with `now` is another each time,
 *   since its times are.
 */
export function compileRelease(
  input: unknown,
  options: CompileOptions,
): Result<Release, readonly ShowFileProblem[]> {
  const problems: ShowFileProblem[] = []
  const root = new FileNode(input, '', problems)
  const file = root.members(...SECTIONS)
  if (!file.format.isAbsent && file.format.value !== 1) file.format.refuse('format_unknown', '1')
  const currency = readCurrency(file.currency, options.currency)
  const { show, times } = readShow(file.show, options)
  const variants = new Map<VariantId, ReleaseVariant>()
  const context = { currency, lookup: options.lookup, times, variants }
  const drops = readDrops(file.drops, show, secondOf(options.nowMs), context)
  const offers = readOffers(file.offers, drops, { ...context, checkRule: options.checkRule })
  const overlays = readOverlays(file.overlays, drops, show, context)
  const split = readSplit(file.split)
  const terms = readTerms(file.terms, currency)
  if (problems.length > 0) return err(problems)
  assertShares(split)
  const content = { currency, show, drops: drops.map(({ drop }) => drop), offers, split, terms }
  const over = overlays.length === 0 ? {} : { overlays }
  return ok({ format: 1, ...content, ...over, variants: [...variants.values()] })
}

function secondOf(nowMs: number): number {
  return Math.floor(nowMs / 1_000) * 1_000
}

function readCurrency(node: FileNode, byDefault: Currency): Currency {
  if (node.isAbsent) return byDefault
  if (isCurrency(node.value)) return node.value
  node.refuse('currency_unknown', 'an ISO 4217 code in capitals such as EUR')
  return byDefault
}

function readShow(node: FileNode, options: CompileOptions): { show: Show; times: TimeReader } {
  const found = node.members(
    'id',
    'title',
    'startsAt',
    'endsAt',
    'duration',
    'timeZone',
    'place',
    'languages',
    'hosts',
  )
  const timeZone = found.timeZone.text('an IANA time zone such as Europe/Berlin') ?? 'UTC'
  const times = new TimeReader(options.toEpochMs, timeZone)
  times.checkZone(found.timeZone)
  const now = secondOf(options.nowMs)
  const startMs = times.read(found.startsAt, { now })
  const endMs = startMs === null ? null : readShowEnd(startMs, found, times, now)
  const show: Show = {
    showId: found.id.id<'show'>('a short id for the show') ?? ('' as ShowId),
    title: found.title.text('what the show is called') ?? '',
    startsAtMs: startMs ?? 0,
    endsAtMs: endMs ?? NEVER_MS,
    timeZone,
    place: found.place.text('where the show is') ?? '',
    languages: readLanguages(found.languages),
    hosts: found.hosts.items(50).map((host) => host.text('a host’s name') ?? ''),
  }
  return { show, times }
}

function readShowEnd(
  startMs: number,
  found: { readonly endsAt: FileNode; readonly duration: FileNode },
  times: TimeReader,
  now: number,
): number | null {
  const nodes = { end: found.endsAt, duration: found.duration }
  const endMs = readEnd(startMs, nodes, times, { now, start: startMs }, null)
  const isLong = endMs !== null && endMs - startMs > SHOW_LENGTH_MS_MAX
  return isLong ? found.endsAt.refuse('out_of_range', 'an end within 31 days') : endMs
}

function readLanguages(node: FileNode): readonly string[] {
  const tags = node.items(50).map((item) => {
    const tag = item.text('a language tag such as en or pt-BR') ?? ''
    const isTag = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(tag)
    if (tag !== '' && !isTag) item.refuse('language_invalid', 'a language tag such as en or pt-BR')
    return tag
  })
  return tags.length === 0 ? ['en'] : tags
}

function readSplit(node: FileNode): readonly SplitShare[] {
  if (node.isAbsent) return SPLIT_DEFAULT
  const parties = new Set<PartyId>()
  const shares = node.items(PARTIES_MAX).flatMap((item) => {
    const { party, share } = item.members('party', 'share')
    const partyId = party.id<'party'>('who is paid')
    const basisPoints = share.percent()
    if (partyId === null || basisPoints === null) return []
    if (parties.has(partyId)) party.refuse('duplicate', 'each party once')
    parties.add(partyId)
    return [{ partyId, basisPoints }]
  })
  const sum = shares.reduce((total, share) => total + share.basisPoints, 0)
  if (sum !== BASIS_POINTS_ALL) {
    node.refuse('split_not_whole', `shares that add up to 100 %, not ${sum / 100} %`)
  }
  return shares
}
