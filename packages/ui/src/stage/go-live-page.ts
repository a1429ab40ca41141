import { html, jsonText, type Html } from '../html.ts'
import { goLiveWordsOf } from './go-live-words.ts'
import { renderToolFrame } from './page-frame.ts'
import type { StageSite } from './stage-facts.ts'

/** The page that sends a phone's picture to this edge. It is nobody's but the creator's. */
export function renderGoLiveFrame(site: StageSite): Html {
  const words = goLiveWordsOf(site.language)
  return renderToolFrame(site, {
    kind: 'go-live',
    title: words.title,
    script: site.assets.goLive,
    meta: html`<meta name="color-scheme" content="dark light" />`,
    body: html`<main id="main" class="go-live" data-state="ready">
      <h1>${words.title}</h1>
      <video
        class="go-live-picture"
        aria-label="${words.preview}"
        autoplay
        muted
        playsinline
      ></video>
      <p class="go-live-state" role="status" aria-live="polite">${words.states.ready}</p>
      <ul class="go-live-flaws" aria-live="polite"></ul>
      <form class="go-live-form">
        <label for="key">${words.key}</label>
        <input
          id="key"
          name="key"
          type="password"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          required
          maxlength="200"
          aria-describedby="key-hint"
        />
        <p id="key-hint" class="go-live-hint">${words.keyHint}</p>
        <button type="submit" class="buy">${words.start}</button>
      </form>
      <div class="go-live-bar" hidden>
        <button type="button" class="quiet" data-turn>${words.turn}</button>
        <button type="button" class="quiet" data-stop>${words.stop}</button>
      </div>
    </main>
      <script type="application/json" id="words">
      ${jsonText(words)}
      </script>`,
  })
}
