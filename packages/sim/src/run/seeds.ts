/** Seeds that once found a bug. Never remove one. */
export const SEEDS_PINNED: readonly number[] = [
  4, 38, 55, 239, 434, 1013, 3046, 5139, 5145, 6181, 8002,
]
