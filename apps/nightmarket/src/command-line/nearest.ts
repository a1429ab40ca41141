/** The word that was probably meant, or `null` when none is close. */
export function nearest(word: string, words: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(word.length / 2.5))
  const ranked = words
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= limit || isBeginning(word, candidate))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate ?? null
}

function isBeginning(word: string, candidate: string): boolean {
  return word.length >= 2 && candidate.startsWith(word)
}

/** Damerau's optimal alignment: letters inserted, left out, changed, or two neighbours swapped. */
function distanceOf(left: string, right: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1]
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      const change = (previous[column - 1] ?? 0) + (isSame ? 0 : 1)
      const add = (current[column - 1] ?? 0) + 1
      const drop = (previous[column] ?? 0) + 1
      const swap = isSwap && !isSame ? (beforePrevious[column - 2] ?? Infinity) + 1 : Infinity
      current.push(Math.min(change, add, drop, swap))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}
