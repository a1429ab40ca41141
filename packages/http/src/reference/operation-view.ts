import { html } from 'hono/html'

import type { ProblemRow } from '../problem.ts'
import type { ApiContent, ApiDocument, ApiEntry, ApiParameter, ApiResponse } from './document.ts'
import { prose, type Markup } from './markup.ts'
import { exampleOf, fieldView, jsonView, schemaView } from './schema-view.ts'

/** What the page needs beside the operation itself. */
export interface OperationContext {
  readonly document: ApiDocument
  readonly rows: Readonly<Record<string, ProblemRow>>
}

/** One operation: what it is for, what it takes and gives, and an example of both. */
export function operationView(context: OperationContext, entry: ApiEntry): Markup {
  const { operation, anchor } = entry
  const { description } = operation
  return html`<article id="${anchor}">
    <header>
      <h3><a href="#${anchor}">${operation.summary ?? entry.path}</a></h3>
      <p class="address">${methodBadge(entry.method)} ${pathView(entry.path)}</p>
      ${securityView(context.document, entry)}
    </header>
    <div class="columns">
      <div class="text">
        ${description === undefined ? '' : html`<p class="lead">${prose(description)}</p>`}
        ${parametersView(context.document, operation.parameters ?? [])}
        ${bodyView(context.document, operation.requestBody?.content)}
        ${answersView(context, operation.responses ?? {})}
      </div>
      <div class="examples">${examplesView(context.document, entry)}</div>
    </div>
  </article>`
}

/** The method in its colour. */
export function methodBadge(method: string): Markup {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`
}

function pathView(path: string): Markup {
  const parts = path
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? html`<em>${part}</em>` : part))
  return html`<code class="path">${parts}</code>`
}

function securityView(document: ApiDocument, entry: ApiEntry): Markup {
  const names = (entry.operation.security ?? []).flatMap((one) => Object.keys(one))
  if (names.length === 0) return html``
  const lines = names.map(
    (name) => document.components?.securitySchemes?.[name]?.description ?? name,
  )
  return html`<p class="needs"><b>Needs</b> ${prose(lines.join(' '))}</p>`
}

const PLACES: readonly (readonly [place: string, title: string])[] = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['header', 'Headers'],
]

function parametersView(document: ApiDocument, parameters: readonly ApiParameter[]): Markup {
  const groups = PLACES.map(([place, title]) => {
    const group = parameters.filter((parameter) => parameter.in === place)
    if (group.length === 0) return html``
    return html`<h4>${title}</h4>
      <dl class="fields">
        ${group.map(({ name, schema = {}, required, description }) => {
          const field = description === undefined ? schema : { ...schema, description }
          return fieldView(document, name, field, required === true)
        })}
      </dl>`
  })
  return html`${groups}`
}

function bodyView(document: ApiDocument, content: ApiContent | undefined): Markup {
  const [media] = Object.entries(content ?? {})
  if (media === undefined) return html``
  const [contentType, { schema = {} }] = media
  return html`<h4>Body <span class="media">${contentType}</span></h4>
    ${schemaView(document, schema)}`
}

function answersView(
  context: OperationContext,
  responses: Readonly<Record<string, ApiResponse>>,
): Markup {
  const entries = Object.entries(responses)
  const good = entries.filter(([status]) => Number(status) < 400 || isPlain(responses[status]))
  const problems = entries.filter((entry) => !good.includes(entry))
  return html`<h4>Answers</h4>
    <dl class="answers">
      ${good.map(([status, response]) => answerView(context.document, status, response))}
      ${problems.map(([status, response]) => problemsView(context, status, response))}
    </dl>`
}

/** An answer with a failing status that is no problem document, such as "not ready". */
function isPlain(response: ApiResponse | undefined): boolean {
  return !Object.hasOwn(response?.content ?? {}, 'application/problem+json')
}

function answerView(document: ApiDocument, status: string, response: ApiResponse): Markup {
  const schema = Object.values(response.content ?? {})[0]?.schema
  return html`<div>
    <dt>${statusBadge(status)}</dt>
    <dd>
      <p>${prose(response.description)}</p>
      ${
        schema === undefined
          ? ''
          : html`<details>
              <summary>Fields</summary>
              ${schemaView(document, schema)}
            </details>`
      }
    </dd>
  </div>`
}

/** The codes are in the description, one a line, as `describe` wrote them. */
function problemsView(context: OperationContext, status: string, response: ApiResponse): Markup {
  const codes = [...response.description.matchAll(/^`([a-z_]+)`/gm)].map(([, code = '']) => code)
  return html`<div>
    <dt>${statusBadge(status)}</dt>
    <dd>
      ${codes.map(
        (code) =>
          html`<p>
            <a class="code" href="/problems/${code}"><code>${code}</code></a>
            ${context.rows[code]?.title ?? ''}
          </p>`,
      )}
    </dd>
  </div>`
}

function statusBadge(status: string): Markup {
  return html`<span class="status s${status.slice(0, 1)}">${status}</span>`
}

function examplesView(document: ApiDocument, entry: ApiEntry): Markup {
  const { operation } = entry
  const request = operation.requestBody?.content['application/json']?.schema
  const responses = operation.responses ?? {}
  const status = ['201', '200', '202'].find((one) => responses[one]?.content !== undefined)
  const answer = status === undefined ? undefined : ([status, responses[status]] as const)
  const schema = answer?.[1]?.content?.['application/json']?.schema
  const address = `${entry.method.toUpperCase()} ${entry.path}`
  return html`${
    request === undefined
      ? ''
      : html`<figure>
          <figcaption>${address}</figcaption>
          <pre tabindex="0"><code>${jsonView(exampleOf(document, request))}</code></pre>
        </figure>`
  }
  ${
    schema === undefined || answer === undefined
      ? ''
      : html`<figure>
          <figcaption>Answer ${answer[0]}</figcaption>
          <pre tabindex="0"><code>${jsonView(exampleOf(document, schema))}</code></pre>
        </figure>`
  }`
}
