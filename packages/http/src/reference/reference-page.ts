import { html } from 'hono/html'

import type { ProblemRow } from '../problem.ts'
import { chaptersOf, type ApiDocument, type ApiEntry } from './document.ts'
import { prose, type Markup } from './markup.ts'
import { methodBadge, operationView } from './operation-view.ts'

type Rows = Readonly<Record<string, ProblemRow>>

/** The whole reference of an app as one page: no script, no request to anybody else. */
export function referencePage(document: ApiDocument, rows: Rows): Markup {
  const chapters = chaptersOf(document)
  const { title, version, description } = document.info
  const main = html`<header class="top">
      <p class="eyebrow">Reference · version ${version}</p>
      <h1>${title}</h1>
      ${description === undefined ? '' : html`<p class="lead">${prose(description)}</p>`}
      <p>
        <a class="button" href="/openapi.json">OpenAPI 3.1 document</a>
        <a class="button quiet" href="#problems">All problem codes</a>
      </p>
    </header>
    ${[...chapters].map(([tag, entries]) => chapterView(document, rows, tag, entries))}
    ${problemsView(rows)}`
  return page({ title, nav: navigation(title, chapters), main })
}

/** What a problem code means, at the address that problem documents name as their type. */
export function problemPage(title: string, code: string, row: ProblemRow): Markup {
  const main = html`<header class="top problem">
    <p class="eyebrow"><a href="/reference#problems">${title} · Problems</a></p>
    <h1>${row.title}</h1>
    <p class="address">
      <span class="status s${String(row.status).slice(0, 1)}">${row.status}</span>
      <code class="path">${code}</code>
    </p>
    <p class="lead">${prose(row.help)}</p>
    <p><a class="button" href="/reference">Back to the reference</a></p>
  </header>`
  return page({ title: `${code} · ${title}`, nav: html``, main })
}

function chapterView(
  document: ApiDocument,
  rows: Rows,
  tag: string,
  entries: readonly ApiEntry[],
): Markup {
  const description = document.tags?.find((one) => one.name === tag)?.description
  return html`<section id="${anchorOf(tag)}">
    <h2>${tag}</h2>
    ${description === undefined ? '' : html`<p class="lead">${prose(description)}</p>`}
    ${entries.map((entry) => operationView({ document, rows }, entry))}
  </section>`
}

function problemsView(rows: Rows): Markup {
  const sorted = Object.entries(rows).toSorted(
    ([leftCode, left], [rightCode, right]) =>
      left.status - right.status || (leftCode < rightCode ? -1 : 1),
  )
  return html`<section id="problems">
    <h2>Problem codes</h2>
    <p class="lead">
      Whatever is refused is answered with an RFC 9457 document. Decide by its <code>code</code>,
      which never changes its meaning.
    </p>
    <dl class="answers">
      ${sorted.map(
        ([code, row]) =>
          html`<div>
            <dt><span class="status s${String(row.status).slice(0, 1)}">${row.status}</span></dt>
            <dd>
              <p>
                <a class="code" href="/problems/${code}"><code>${code}</code></a> ${row.title}
              </p>
            </dd>
          </div>`,
      )}
    </dl>
  </section>`
}

function navigation(title: string, chapters: ReadonlyMap<string, readonly ApiEntry[]>): Markup {
  return html`<nav aria-label="Contents">
    <details class="menu">
      <summary><span class="lantern" aria-hidden="true"></span>${title}</summary>
      ${[...chapters].map(
        ([tag, entries]) =>
          html`<h2><a href="#${anchorOf(tag)}">${tag}</a></h2>
            <ul>
              ${entries.map(
                ({ anchor, method, operation, path }) =>
                  html`<li>
                    <a href="#${anchor}"
                      >${methodBadge(method)}<span>${operation.summary ?? path}</span></a
                    >
                  </li>`,
              )}
            </ul>`,
      )}
      <h2><a href="#problems">Problem codes</a></h2>
    </details>
  </nav>`
}

function anchorOf(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

function page(parts: { title: string; nav: Markup; main: Markup }): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${parts.title}</title>
        <link rel="stylesheet" href="/reference.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        ${parts.nav}
        <main>${parts.main}</main>
      </body>
    </html>`
}
