import { html, type Html } from '../html.ts'
import { playerWordsOf } from './player-words.ts'
import type { StageSite } from './stage-facts.ts'

/** Where the stream of a show is. */
export interface PlayerAddresses {
  /** The newest seconds, for as little delay as there can be. */
  readonly livePath: string
  /** The same in shorter parts, for who is near. */
  readonly venuePath: string
  /** What names all there is, for browsers that choose by themselves. */
  readonly masterPath: string
  /** The same stream with all that is kept of it. */
  readonly replayPath: string
  /** When the show is over, by the edge's clock; `null`: not known. */
  readonly endsAtMs: number | null
}

/** The place of the picture. Browsers that play HLS by themselves need no script for it. */
export function playerSlot(site: StageSite, addresses: PlayerAddresses): Html {
  const words = playerWordsOf(site.language)
  return html`<div
    class="player"
    data-player
    data-live="${addresses.livePath}"
    data-venue="${addresses.venuePath}"
    data-master="${addresses.masterPath}"
    data-replay="${addresses.replayPath}"
    data-ends="${String(addresses.endsAtMs ?? Number.MAX_SAFE_INTEGER)}"
    data-words="${JSON.stringify(words)}"
  >
    <video
      playsinline
      muted
      controls
      preload="metadata"
      src="${addresses.masterPath}"
      aria-label="${words.picture}"
    ></video>
  </div>`
}
