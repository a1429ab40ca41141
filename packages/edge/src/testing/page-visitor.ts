import type { EveningEdge } from './evening-edge.ts'

/** Somebody with a browser that runs no script: cookies, pages and their forms. */
export class PageVisitor {
  readonly #edge: Pick<EveningEdge, 'request'>
  readonly #cookies = new Map<string, string>()

  constructor(edge: Pick<EveningEdge, 'request'>) {
    this.#edge = edge
  }

  async open(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await this.#edge.request(path, { headers: this.#headers() })
    this.#keep(response)
    return { status: response.status, text: await response.text(), headers: response.headers }
  }

  /** Send a form as our own page would, and go where the answer sends. */
  async send(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<{ status: number; text: string; location: string | null }> {
    const response = await this.#edge.request(path, {
      method: 'POST',
      headers: {
        ...this.#headers(),
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
    this.#keep(response)
    const location = response.headers.get('location')
    return { status: response.status, text: await response.text(), location }
  }

  #headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return cookie === '' ? {} : { cookie }
  }

  #keep(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
  }
}

/** What a form on a page would send, before anything is typed. */
export function fieldsOf(text: string): Record<string, string> {
  const hidden = text.matchAll(/<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"/g)
  return Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]))
}
