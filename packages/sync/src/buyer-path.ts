/** What an edge asks its core on a buyer's behalf: signed by the edge, JSON both ways. */
export const BUYER_PATHS = {
  /** What a buyer whose order went wrong may count on. */
  aid: '/v1/buyers/aid',
} as const
