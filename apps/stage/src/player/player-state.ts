/**
 * What a viewer is told of the picture.
 *
 * ```
 * starting ──picture──► live ◄──back to live── replay
 *    ▲                   │  └────── goes back ────►▲
 *    └── stream again ── reconnecting ◄── nothing comes
 *                        └── the show is over ──► ended
 * ```
 */
export type PlayerState = 'waiting' | 'starting' | 'live' | 'replay' | 'reconnecting' | 'ended'

/** What happens to a player. */
export type PlayerEvent =
  | 'stream_missing'
  | 'stream_found'
  | 'picture'
  | 'stalled'
  | 'lost'
  | 'went_back'
  | 'went_live'
  | 'over'

/** Every move; what is not there changes nothing. */
const MOVES: Readonly<
  Record<PlayerState, Readonly<Partial<Record<PlayerEvent, PlayerState>>>>
> = {
  waiting: { stream_found: 'starting', over: 'ended' },
  starting: {
    picture: 'live',
    stream_missing: 'waiting',
    lost: 'reconnecting',
    over: 'ended',
    went_back: 'replay',
  },
  live: { stalled: 'reconnecting', lost: 'reconnecting', went_back: 'replay', over: 'ended' },
  replay: { went_live: 'starting', lost: 'reconnecting' },
  reconnecting: { picture: 'live', over: 'ended', went_back: 'replay', stream_missing: 'waiting' },
  ended: { stream_found: 'starting', went_back: 'replay' },
}

/** The state after an event. */
export function nextState(state: PlayerState, event: PlayerEvent): PlayerState {
  return MOVES[state][event] ?? state
}
