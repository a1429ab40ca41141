import type { LiveMessage } from '@nightmarket/edge'

/** Between two tries: from here, doubled each time, up to there; jitter spreads a whole hall. */
const RETRY_MS = { first: 400, most: 15_000 }

/** Tries of a WebSocket that never opened, before server-sent events are used instead. */
const SOCKET_TRIES = 2

/** A line to the edge in use, which comes back by itself and continues where it stood. */
export interface LiveWire {
  /** Whether the edge is being heard now. */
  readonly isOpen: () => boolean
}

/** What a wire needs to know and whom it tells. */
export interface LiveWireParts {
  readonly edgeUrl: () => string
  readonly hear: (message: LiveMessage) => void
  /** The edge is not heard any more. */
  readonly onSilence: () => void
}

/** Open the wire. It lasts as long as the page. */
export function openLiveWire(parts: LiveWireParts): LiveWire {
  const state = { url: '', epoch: '', offset: -1, tries: 0, failures: 0, isOpen: false }
  const again = () => {
    if (state.isOpen) parts.onSilence()
    state.isOpen = false
    const waitMs = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** state.tries)
    state.tries += 1
    setTimeout(open, waitMs * (0.5 + Math.random() / 2))
  }
  const hear = (text: string) => {
    const message = JSON.parse(text) as LiveMessage
    state.isOpen = true
    state.tries = 0
    if (message.type === 'hello') state.epoch = message.epoch
    else if ('offset' in message) state.offset = message.offset
    parts.hear(message)
  }
  const open = () => {
    const url = parts.edgeUrl()
    if (url !== state.url) Object.assign(state, { url, epoch: '', offset: -1 })
    const query = state.offset < 0 ? '' : `?resume=${state.epoch}.${state.offset}`
    if (state.failures < SOCKET_TRIES) return openSocket(url + '/v1/live' + query)
    return openEvents(`${url}/v1/live/events${query}`)
  }
  const openSocket = (address: string) => {
    const socket = new WebSocket(address.replace(/^http/, 'ws'))
    socket.onopen = () => (state.failures = 0)
    socket.onmessage = ({ data }: MessageEvent<string>) => hear(data)
    socket.onclose = () => {
      if (!state.isOpen) state.failures += 1
      again()
    }
  }
  /** Closed and opened by hand, so that it follows the page to another edge. */
  const openEvents = (address: string) => {
    const events = new EventSource(address)
    events.onmessage = ({ data }: MessageEvent<string>) => hear(data)
    events.onerror = () => {
      events.close()
      state.failures = 0
      again()
    }
  }
  open()
  return { isOpen: () => state.isOpen }
}
