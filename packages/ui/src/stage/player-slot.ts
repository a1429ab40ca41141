import { html, type Html } from '../html.ts'
import { playerWordsOf } from './player-words.ts'
import type { StageSite } from './stage-facts.ts'

/** Where the stream of a show is. */
export interface PlayerAddresses {
  /** The newest seconds, for as little delay as there can be. */
  readonly livePath: string
  /** The same stream with all that is kept of it. */
  readonly replayPath: string
}

/** The place of the picture. Browsers that play HLS by themselves need no script for it. */
export function playerSlot(site: StageSite, addresses: PlayerAddresses): Html {
  const words = playerWordsOf(site.language)
  return html`<div
    class="player"
    data-player
    data-live="${addresses.livePath}"
    data-replay="${addresses.replayPath}"
    data-words="${JSON.stringify(words)}"
  >
    <video
      playsinline
      muted
      controls
      preload="metadata"
      src="${addresses.livePath}"
      aria-label="${words.picture}"
    ></video>
  </div>`
}
