/** Nearer than this is near: as far as the shorter parts of the stream go without a stall. */
const NEAR_MS = 40

/** Fewer answers than this say nothing of a network. */
const ANSWERS_MIN = 3

/** What a browser notes of an answer, in milliseconds of the page. */
export type AnswerTiming = Pick<PerformanceResourceTiming, 'requestStart' | 'responseStart'>

/**
 * Whether the edge is near, from what this page has loaded from it so far: the quickest answer is
 * the one that waited for nothing but the network. Nothing is asked for it. [PL4]
 */
export function isNear(answers: readonly AnswerTiming[]): boolean {
  const trips = answers
    .filter(({ requestStart }) => requestStart > 0)
    .map(({ requestStart, responseStart }) => responseStart - requestStart)
  return trips.length >= ANSWERS_MIN && Math.min(...trips) < NEAR_MS
}

/** The answers that this page had from its own edge. */
export function answersOfPage(): readonly AnswerTiming[] {
  const entries = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
  return (entries as PerformanceResourceTiming[]).filter(({ name }) =>
    name.startsWith(location.origin),
  )
}
