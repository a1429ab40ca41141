import {
  CACHE,
  entityTag,
  matchesTag,
  SECURITY_HEADERS,
  type PreparedAnswer,
} from '@nightmarket/http'

import type { EdgeDeps } from '../edge-deps.ts'
import { pageHeaders, takenPacking, type PolicyParts } from './page-answer.ts'
import type { StageParts } from './stage-parts.ts'

/** A page in every form that it is sent in, heads included. */
export interface PageForms {
  readonly route: string
  readonly etag: string
  readonly bodies: Readonly<Record<Packing, Uint8Array<ArrayBuffer>>>
  /** Heads depend on where the page may connect to, which the core tells while the page stands. */
  policy: string
  ready: Readonly<Record<Packing | 'unchanged', PreparedAnswer>>
}

type Packing = 'br' | 'gzip' | 'identity'

/** Pack a page in every form, off the thread that answers. */
export async function layOut(
  page: { readonly text: string; readonly route: string },
  { digest, parts }: Pick<EdgeDeps, 'digest'> & { readonly parts: StageParts & PolicyParts },
): Promise<PageForms> {
  const { text, route } = page
  const [br, gzip] = await Promise.all([parts.compress(text, 'br'), parts.compress(text, 'gzip')])
  const bodies = { br, gzip, identity: new TextEncoder().encode(text) }
  const etag = entityTag(text, digest)
  const headers = pageHeaders(parts)
  const policy = headers['Content-Security-Policy'] ?? ''
  return { route, etag, bodies, policy, ready: writeHeads({ route, etag, bodies }, headers) }
}

/** The smallest form that the asker takes; `304` when the asker has it already. */
export function chooseForm(
  forms: PageForms,
  parts: PolicyParts,
  header: (name: string) => string | null,
): PreparedAnswer {
  const headers = pageHeaders(parts)
  const policy = headers['Content-Security-Policy'] ?? ''
  if (policy !== forms.policy) {
    forms.policy = policy
    forms.ready = writeHeads(forms, headers)
  }
  if (matchesTag(header('if-none-match'), forms.etag)) return forms.ready.unchanged
  return forms.ready[takenPacking(header('accept-encoding'))]
}

function writeHeads(
  { route, etag, bodies }: Pick<PageForms, 'route' | 'etag' | 'bodies'>,
  headers: Readonly<Record<string, string>>,
): PageForms['ready'] {
  const all = { ...SECURITY_HEADERS, ...headers, 'Cache-Control': CACHE.brief, ETag: etag }
  const common = Object.entries(all).flat()
  const whole = (packing: Packing): PreparedAnswer => {
    const body = bodies[packing]
    const coding = packing === 'identity' ? [] : ['Content-Encoding', packing]
    const fields = [...common, ...coding, 'Content-Length', String(body.length)]
    return { route, status: 200, fields, body }
  }
  const unchanged = { route, status: 304, fields: common, body: null }
  return { br: whole('br'), gzip: whole('gzip'), identity: whole('identity'), unchanged }
}
