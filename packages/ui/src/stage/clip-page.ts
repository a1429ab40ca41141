import { html, type Html } from '../html.ts'
import { listingCard } from './listing-card.ts'
import type { StagePage } from './page-frame.ts'
import { topBar } from './show-page.ts'
import type { StageDrop, StageListing, StageShow, StageSite } from './stage-facts.ts'
import { say } from './words.ts'
import { whenText } from './stage-time.ts'
import { clipWordsOf } from './clip-words.ts'

/** A clip that everybody may see. */
export interface StageClip {
  readonly clipId: string
  readonly title: string
  readonly startAtMs: number
  readonly durationMs: number
  readonly publishedAtMs: number
  readonly videoPath: string
  readonly posterPath: string | null
  readonly width: number
  readonly height: number
  readonly captions: readonly { readonly language: string; readonly path: string }[]
}

/** A thing that was sold while the clip was recorded, as it is now. */
export interface ClipListing {
  readonly drop: StageDrop
  readonly listing: StageListing
}

/** A clip that sells: the film, and under it what was sold in it, as long as there is some. */
export function clipPage(
  site: StageSite,
  show: StageShow,
  clip: StageClip,
  listings: readonly ClipListing[],
): StagePage {
  const words = clipWordsOf(site.language)
  const description = say(words.description, { show: show.title })
  const { width, height, videoPath, posterPath } = clip
  return {
    kind: 'clip',
    title: `${clip.title} – ${show.title}`,
    description,
    path: clipPath(clip.clipId),
    imageUrl: posterPath,
    video: { path: videoPath, width, height },
    linkedData: videoData(site, clip, description),
    facts: { clipId: clip.clipId },
    body: html`${topBar(site, show, true)}
      <main id="main" class="clip">
        <figure class="clip-film">
          <video
            controls
            playsinline
            preload="metadata"
            src="${videoPath}"
            width="${width}"
            height="${height}"
            ${posterPath !== null && html`poster="${posterPath}"`}
            >${tracks(site, clip)}</video
          >
        </figure>
        <div class="clip-text">
          <h1>${clip.title}</h1>
          <p class="clip-when">${say(words.from, { when: whenText(site, clip.startAtMs) })}</p>
        </div>
        ${listings.length > 0 && goods(site, words.sold, listings)}
        <p class="back"><a href="/">${words.toShow}</a></p>
      </main>`,
  }
}

/** Where a clip has its page. */
export function clipPath(clipId: string): string {
  return `/clips/${encodeURIComponent(clipId)}`
}

function goods(site: StageSite, heading: string, listings: readonly ClipListing[]): Html {
  return html`<section class="drop" aria-labelledby="clip-goods">
    <div class="drop-head"><h2 id="clip-goods">${heading}</h2></div>
    <ul class="cards">
      ${listings.map(({ drop, listing }) => listingCard(site, drop, listing))}
    </ul>
  </section>`
}

function tracks({ language }: StageSite, { captions }: StageClip): readonly Html[] {
  const own = captions.find((each) => each.language.split('-')[0] === language)
  return captions.map((each) => {
    const name = new Intl.DisplayNames([each.language, 'en'], { type: 'language' })
    return html`<track
      kind="captions"
      src="${each.path}"
      srclang="${each.language}"
      label="${name.of(each.language) ?? each.language}"
      ${each === own && html`default`}
    />`
  })
}

function videoData(site: StageSite, clip: StageClip, description: string): object {
  const { origin } = site
  const { posterPath, videoPath, durationMs, publishedAtMs, width, height } = clip
  return {
    '@context': 'https://schema.org',
    '@type': 'VideoObject',
    name: clip.title,
    description,
    uploadDate: new Date(publishedAtMs).toISOString(),
    duration: `PT${(durationMs / 1_000).toFixed(1)}S`,
    contentUrl: `${origin}${videoPath}`,
    ...(posterPath === null ? {} : { thumbnailUrl: [`${origin}${posterPath}`] }),
    width,
    height,
  }
}
