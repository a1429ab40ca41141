import { html, type Html, type HtmlPart } from '../html.ts'
import { listingCard } from './listing-card.ts'
import type { StagePage } from './page-frame.ts'
import { dropPath, eventData, productData } from './linked-data.ts'
import { playerWordsOf } from './player-words.ts'
import type { StageDrop, StageShow, StageSite } from './stage-facts.ts'
import { whenText } from './stage-time.ts'
import { walletWordsOf } from './wallet-words.ts'
import { say } from './words.ts'

/** The show: what is on, who is there, and everything that is sold. */
export function showPage(
  site: StageSite,
  show: StageShow,
  drops: readonly StageDrop[],
  player: HtmlPart = null,
  hasWallets = false,
): StagePage {
  const { words } = site
  const description = showLine(site, show)
  return {
    kind: 'show',
    title: show.title,
    description,
    path: '/',
    imageUrl: firstImage(drops),
    linkedData: eventData(site, show, drops),
    facts: { showId: show.showId, startsAtMs: show.startsAtMs, endsAtMs: show.endsAtMs },
    body: html`${topBar(site, show)}
      <main id="main">
        ${stageArea(site, show, player)} ${hasWallets && walletLink(site)}
        ${drops.map((drop) => dropSection(site, drop))}
        ${drops.length === 0 && html`<p class="empty">${words.emptyText}</p>`}
      </main>`,
  }
}

/** The landing page of one drop. */
export function dropPage(site: StageSite, show: StageShow, drop: StageDrop): StagePage {
  const { words } = site
  return {
    kind: 'drop',
    title: `${drop.title} – ${show.title}`,
    description: dropLine(site, drop),
    path: dropPath(drop.dropId),
    imageUrl: firstImage([drop]),
    linkedData: drop.listings.map((listing) => productData(site, drop, listing)),
    facts: { showId: show.showId, startsAtMs: show.startsAtMs, endsAtMs: show.endsAtMs },
    body: html`${topBar(site, show, true)}
      <main id="main" class="landing">
        ${dropSection(site, drop, true)}
        <p class="back"><a href="/">${words.back}</a></p>
      </main>`,
  }
}

/** What a preview of a link shows: the first thing with a picture. */
function firstImage(drops: readonly StageDrop[]): string | null {
  const images = drops.flatMap(({ listings }) => listings.map(({ imageUrl }) => imageUrl))
  return images.find((url) => url !== null) ?? null
}

/** The bar at the top: where one is, and whether the show is on. */
export function topBar(site: StageSite, show: StageShow, isLink = false): Html {
  const { words, nowMs } = site
  const isLive = nowMs >= show.startsAtMs && nowMs < show.endsAtMs
  return html`<header class="top">
    <a class="mark" href="/" ${isLink ? null : html`aria-current="page"`}
      ><svg class="mark-sign" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path
          d="M12 2v3M7 5h10l2 6-2 9H7l-2-9z"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linejoin="round"
        />
        <circle cx="12" cy="12.5" r="2.6" fill="currentColor" /></svg
      ><span>${show.title}</span></a
    >
    ${isLive && html`<span class="live" data-live>${words.live}</span>`}
    <span class="edge" data-edge></span>
  </header>`
}

/** The way to the viewer's wallet. */
function walletLink({ language }: StageSite): Html {
  const { title } = walletWordsOf(language)
  return html`<p class="wallet-link"><a href="/wallet" data-wallet-link>${title}</a></p>`
}

/** Where the picture is, or what is known before there is one. */
function stageArea(site: StageSite, show: StageShow, player: HtmlPart): Html {
  const { waiting, missing, ended } = playerWordsOf(site.language)
  const isOn = site.nowMs >= show.startsAtMs && site.nowMs < show.endsAtMs
  const note = isOn ? missing : site.nowMs < show.startsAtMs ? waiting : ended
  return html`<section class="stage" aria-labelledby="show-title">
    <div class="screen" data-player-slot>
      ${player ?? html`<p class="screen-note" role="status">${note}</p>`}
    </div>
    <div class="stage-text">
      <h1 id="show-title">${show.title}</h1>
      <p class="stage-line">${showLine(site, show)}</p>
    </div>
  </section>`
}

function showLine(site: StageSite, show: StageShow): string {
  const { words, language, nowMs } = site
  const names = new Intl.ListFormat(language, { type: 'conjunction' }).format(show.hosts)
  const hosts = show.hosts.length === 0 ? '' : say(words.hosts, { hosts: names })
  const begin = nowMs < show.startsAtMs ? whenLine(site, words.upcoming, show.startsAtMs) : ''
  const end = nowMs >= show.endsAtMs ? words.over : ''
  return [begin, end, hosts, show.place].filter((part) => part !== '').join(' · ')
}

function whenLine(site: StageSite, sentence: string, atMs: number): string {
  return say(sentence, { when: whenText(site, atMs) })
}

/** One drop with all that it sells. */
export function dropSection(site: StageSite, drop: StageDrop, isAlone = false): Html {
  const { words } = site
  const id = `drop-${drop.dropId}`
  const heading = isAlone
    ? html`<h1 id="${id}">${drop.title}</h1>`
    : html`<h2 id="${id}"><a href="${dropPath(drop.dropId)}">${drop.title}</a></h2>`
  return html`<section
    class="drop"
    data-drop-section="${drop.dropId}"
    data-phase="${drop.phase}"
    aria-labelledby="${id}"
  >
    <div class="drop-head">${heading} ${dropClock(site, drop)}</div>
    ${drop.phase === 'closed' && html`<p class="drop-over">${words.dropClosedNext}</p>`}
    <ul class="cards">
      ${drop.listings.map((listing) => listingCard(site, drop, listing))}
    </ul>
  </section>`
}

/** In words that are true for as long as the page is kept; the script makes it count. */
function dropClock(site: StageSite, drop: StageDrop): Html {
  const { words } = site
  if (drop.phase === 'closed') return html`<p class="clock clock-over">${words.dropClosed}</p>`
  const atMs = drop.phase === 'upcoming' ? drop.opensAtMs : drop.closesAtMs
  const label = drop.phase === 'upcoming' ? words.dropOpensIn : words.dropClosesIn
  return html`<p class="clock" data-clock="${atMs}" data-label="${label}">
    <time datetime="${new Date(atMs).toISOString()}">${dropLine(site, drop)}</time>
  </p>`
}

function dropLine(site: StageSite, drop: StageDrop): string {
  const { words } = site
  if (drop.phase === 'closed') return words.dropClosed
  if (drop.phase === 'upcoming') return whenLine(site, words.dropOpens, drop.opensAtMs)
  return whenLine(site, words.dropCloses, drop.closesAtMs)
}
