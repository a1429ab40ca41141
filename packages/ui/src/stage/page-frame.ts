import { html, jsonText, safeUrl, type Html, type HtmlPart } from '../html.ts'
import type { StageSite } from './stage-facts.ts'

/** One page of the stage, before its frame. */
export interface StagePage {
  /** What kind of page it is, for the script. */
  readonly kind:
    | 'show'
    | 'drop'
    | 'product'
    | 'clip'
    | 'buy'
    | 'order'
    | 'wallet'
    | 'verify'
    | 'privacy'
    | 'trouble'
  readonly title: string
  readonly description: string
  readonly path: string
  readonly body: Html
  readonly imageUrl?: string | null
  /** A film that the page is about, for those who show previews of links. */
  readonly video?: PageVideo | null
  /** schema.org, as JSON-LD. */
  readonly linkedData?: unknown
  /** What the script needs to know beside the markup. */
  readonly facts?: unknown
  /** Pages about one person's order are not for search engines. */
  readonly isPrivate?: boolean
  /** Look again after so many seconds: what is asked for has no answer yet. */
  readonly refreshSeconds?: number | null
}

/** A film that a page is about. */
export interface PageVideo {
  readonly path: string
  readonly width: number
  readonly height: number
}

/** A whole document. Without a script of its own in it, but for data. */
export function renderFrame(site: StageSite, page: StagePage): Html {
  const { language, words, assets } = site
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>${page.title}</title>
        <meta name="description" content="${page.description}" />
        <meta name="color-scheme" content="dark light" />
        <meta name="theme-color" content="#0f1220" media="(prefers-color-scheme: dark)" />
        <meta name="theme-color" content="#f6f1e7" media="(prefers-color-scheme: light)" />
        ${headLinks(site, page)}
        <link rel="icon" href="/stage/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${assets.style}" />
        <script type="module" src="${assets.script}"></script>
        ${refresh(page)}
      </head>
      <body data-page="${page.kind}">
        <a class="skip" href="#main">${words.skip}</a>
        ${page.body}
        <footer class="foot">
          ${site.payments.kind === 'sandbox' && html`<p class="foot-note">${words.sandbox}</p>`}
          <nav aria-label="${words.privacy}">
            <a href="/privacy">${words.privacy}</a> <a href="/receipt">${words.verifyTitle}</a>
          </nav>
        </footer>
        <section id="orders" class="orders" aria-label="${words.yourOrders}" hidden></section>
        <p id="notice" class="notice" role="status" aria-live="polite"></p>
        <script type="application/json" id="facts">
          ${jsonText(islandOf(site, page))}
        </script>
      </body>
    </html>`
}

/** A page that is a tool of the host, without the frame that viewers see. */
export interface ToolPage {
  readonly kind: 'overlay' | 'go-live'
  readonly title: string
  readonly script: string
  /** In the head, beside what every page of ours has. */
  readonly meta?: HtmlPart
  readonly body: Html
}

/** The whole document of a tool, which no search engine names. */
export function renderToolFrame(site: StageSite, page: ToolPage): Html {
  return html`<!doctype html>
    <html lang="${site.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>${page.title}</title>
        <meta name="robots" content="noindex" />
        ${page.meta}
        <link rel="icon" href="/stage/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${site.assets.style}" />
        <script type="module" src="${page.script}"></script>
      </head>
      <body data-page="${page.kind}">
        ${page.body}
      </body>
    </html>`
}

/** A page of overlays on nothing, to be laid over a picture by the programme that sends it. */
export function renderOverlayFrame(site: StageSite): Html {
  const { language, words, currency, assets } = site
  const facts = { page: 'overlay', language, currency, nowMs: null, words }
  return renderToolFrame(site, {
    kind: 'overlay',
    title: 'Overlays',
    script: assets.overlay,
    body: html`<main id="main"><h1>Overlays</h1></main>
      <script type="application/json" id="facts">
        ${jsonText(facts)}
      </script>`,
  })
}

function headLinks(site: StageSite, page: StagePage): HtmlPart {
  const address = `${site.origin}${page.path}`
  if (page.isPrivate === true) return html`<meta name="robots" content="noindex" />`
  const image = absolute(site, page.imageUrl ?? null)
  const video = page.video ?? null
  return html`<link rel="canonical" href="${address}" />
    <meta property="og:type" content="${video === null ? 'website' : 'video.other'}" />
    <meta property="og:title" content="${page.title}" />
    <meta property="og:description" content="${page.description}" />
    <meta property="og:url" content="${address}" />
    <meta property="og:locale" content="${site.language}" />
    ${image !== null && html`<meta property="og:image" content="${image}" />`}
    ${video !== null && videoTags(site, video)}
    ${
      page.linkedData !== undefined &&
      html`<script type="application/ld+json">
        ${jsonText(page.linkedData)}
      </script>`
    }`
}

function videoTags({ origin }: StageSite, { path, width, height }: PageVideo): Html {
  const address = `${origin}${path}`
  return html`<meta property="og:video" content="${address}" />
    <meta property="og:video:secure_url" content="${address}" />
    <meta property="og:video:type" content="video/mp4" />
    <meta property="og:video:width" content="${width}" />
    <meta property="og:video:height" content="${height}" />`
}

/** For those without JavaScript: with it the script looks, and shows no error when it cannot. */
function refresh({ refreshSeconds }: StagePage): HtmlPart {
  if (refreshSeconds === undefined || refreshSeconds === null) return null
  return html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}" /></noscript>`
}

function absolute({ origin }: StageSite, url: string | null): string | null {
  const safe = safeUrl(url)
  return safe?.startsWith('/') === true ? `${origin}${safe}` : safe
}

/**
 * What the script reads: facts, and the words that it says by itself. Only a page that is kept
 * nowhere says what time it is: any other would be wrong, and another page each second.
 */
function islandOf(site: StageSite, page: StagePage): object {
  const { language, currency, timeZone, nowMs, payments, words } = site
  return {
    page: page.kind,
    language,
    currency,
    timeZone,
    nowMs: page.isPrivate === true ? nowMs : null,
    payments,
    words,
    refreshSeconds: page.refreshSeconds ?? null,
    facts: page.facts,
  }
}
