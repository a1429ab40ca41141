import type { GoLiveState } from '@nightmarket/ui'

/** Where a phone's picture goes. */
const WHIP = '/v1/whip'
/** How often it is asked what is wrong with the picture. */
const LOOK_MS = 3_000
/** How long to wait before another try, the longer the more of them failed. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000]
const VIDEO = { width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }
const AUDIO = { echoCancellation: true, noiseSuppression: true }

const STATES: Readonly<Record<number, GoLiveState>> = {
  401: 'key_wrong',
  403: 'other_show',
  409: 'busy',
  422: 'unsupported',
}

interface Hearing {
  readonly video: HTMLVideoElement
  readonly onState: (state: GoLiveState) => void
  readonly onFlaws: (codes: readonly string[]) => void
}

/** Sends what the camera sees, until it is told to stop: a connection that breaks is made again. */
export class PhoneSender {
  readonly #hearing: Hearing
  #key = ''
  #facing: 'user' | 'environment' = 'environment'
  #stream: MediaStream | null = null
  #peer: RTCPeerConnection | null = null
  #session: string | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #failures = 0
  #isWanted = false

  constructor(hearing: Hearing) {
    this.#hearing = hearing
  }

  /** Go live with a key. */
  async start(key: string): Promise<void> {
    if (!window.isSecureContext) return this.#hearing.onState('insecure')
    if (!canSendH264()) return this.#hearing.onState('unsupported')
    this.#key = key
    this.#isWanted = true
    this.#hearing.onState('asking')
    if (!(await this.#openCamera())) return this.#giveUp('no_camera')
    await this.#connect()
  }

  /** Stop sending; viewers see the slate. */
  async stop(): Promise<void> {
    const session = this.#session
    this.#giveUp('stopped')
    if (session !== null) await fetch(session, { method: 'DELETE' }).catch(() => null)
  }

  /** Use the camera on the other side. */
  async turn(): Promise<void> {
    this.#facing = this.#facing === 'user' ? 'environment' : 'user'
    const before = this.#stream
    if (!(await this.#openCamera())) return
    for (const sender of this.#peer?.getSenders() ?? []) {
      const track = this.#stream?.getTracks().find(({ kind }) => kind === sender.track?.kind)
      if (track !== undefined) await sender.replaceTrack(track)
    }
    for (const track of before?.getTracks() ?? []) track.stop()
  }

  async #openCamera(): Promise<boolean> {
    try {
      const video = { ...VIDEO, facingMode: this.#facing }
      this.#stream = await navigator.mediaDevices.getUserMedia({ video, audio: AUDIO })
      this.#hearing.video.srcObject = this.#stream
      return true
    } catch (error) {
      if (error instanceof DOMException) return false
      throw error
    }
  }

  async #connect(): Promise<void> {
    const stream = this.#stream
    if (!this.#isWanted || stream === null) return
    this.#hearing.onState(this.#failures === 0 ? 'connecting' : 'lost')
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    this.#peer = peer
    for (const track of stream.getTracks()) {
      peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
    }
    peer.addEventListener('connectionstatechange', () => this.#follow(peer))
    await peer.setLocalDescription(await peer.createOffer())
    await gathered(peer)
    const answer = await this.#offer(peer.localDescription?.sdp ?? '')
    if (answer === null || this.#peer !== peer) return
    await peer.setRemoteDescription({ type: 'answer', sdp: answer })
  }

  /** The answer to an offer; `null` when there is none, and then the page says why. */
  async #offer(sdp: string): Promise<string | null> {
    const headers = { 'content-type': 'application/sdp', authorization: `Bearer ${this.#key}` }
    try {
      const response = await fetch(WHIP, { method: 'POST', headers, body: sdp })
      if (response.ok) {
        this.#session = response.headers.get('location')
        return await response.text()
      }
      if (response.status < 500) this.#giveUp(STATES[response.status] ?? 'refused')
      else this.#tryAgain()
    } catch {
      this.#tryAgain()
    }
    return null
  }

  #follow(peer: RTCPeerConnection): void {
    if (this.#peer !== peer) return
    if (peer.connectionState === 'connected') {
      this.#failures = 0
      this.#hearing.onState('live')
      clearInterval(this.#timer)
      this.#timer = setInterval(() => void this.#look(), LOOK_MS)
    }
    if (peer.connectionState === 'failed' || peer.connectionState === 'disconnected') {
      this.#tryAgain()
    }
  }

  #tryAgain(): void {
    this.#hangUp()
    if (!this.#isWanted) return
    this.#hearing.onState('lost')
    const pauseMs = PAUSES_MS[Math.min(this.#failures++, PAUSES_MS.length - 1)]
    setTimeout(() => void this.#connect(), pauseMs)
  }

  /** Ask what is wrong with the picture, and whether somebody took over. */
  async #look(): Promise<void> {
    const session = this.#session
    if (session === null) return
    const response = await fetch(session).catch(() => null)
    if (response === null || this.#session !== session) return
    if (response.status === 404) return this.#giveUp('stopped')
    if (!response.ok) return
    const { flaws } = (await response.json()) as { readonly flaws: readonly { code: string }[] }
    this.#hearing.onFlaws(flaws.map(({ code }) => code))
  }

  #giveUp(state: GoLiveState): void {
    this.#isWanted = false
    this.#failures = 0
    this.#hangUp()
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#stream = null
    this.#hearing.video.srcObject = null
    this.#hearing.onState(state)
  }

  #hangUp(): void {
    clearInterval(this.#timer)
    this.#peer?.close()
    this.#peer = null
    this.#session = null
  }
}

/** Whether this browser sends what every phone plays; asked before the camera is. */
export function canSendH264(): boolean {
  const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {}
  return codecs.some(({ mimeType }) => mimeType.toLowerCase() === 'video/h264')
}

async function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === 'complete') return
  await new Promise<void>((resolve) => {
    const look = () => {
      if (peer.iceGatheringState === 'complete') resolve()
    }
    peer.addEventListener('icegatheringstatechange', look)
    setTimeout(resolve, 2_000)
  })
}
