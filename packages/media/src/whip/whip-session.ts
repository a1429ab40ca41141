import type * as WeriftModule from 'werift'
import type { MediaStreamTrack, RTCPeerConnection, RTCRtpReceiver, RtpPacket } from 'werift'

import type { Publication } from '../rtmp/rtmp-session.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import type { IceServer } from './ice-server.ts'
import { H264Assembler } from './h264-assembler.ts'
import { PhoneSound } from './phone-sound.ts'
import { RtpClock } from './rtp-clock.ts'
import { RtpOrder } from './rtp-order.ts'

type Werift = typeof WeriftModule

/** How often a keyframe is asked for: as often as segments may begin. */
const KEYFRAME_EVERY_MS = 2_000
/** What the phone may send. Browsers stay far below what they could when nobody says so. */
const BITRATE_MAX = 2_500_000
const ALLOW_EVERY_MS = 1_000
/** A phone that is silent for so long is gone. */
const IDLE_MS = 5_000
const CONNECT_MS = 10_000
const GATHER_MS = 3_000
const TICKS_PER_MS = { video: 90, audio: 48 } as const
const NOTHING_ELSE = 'phones send H.264 and Opus: use another browser'

/** One phone or browser that sends over WebRTC. [WP1, WP2, WP3] */
export class WhipSession {
  readonly #werift: Werift
  readonly #peer: RTCPeerConnection
  readonly #onTrouble: (facts: object, message: string) => void
  readonly #timers: NodeJS.Timeout[] = []
  #publication: Publication | null = null
  #sound: PhoneSound | null = null
  #heardAtMs = Date.now() + CONNECT_MS - IDLE_MS
  #isOver = false

  constructor(
    werift: Werift,
    options: {
      /** The address that candidates are offered for; all of the machine's when it is `null`. */
      readonly address: string | null
      readonly iceServers: readonly IceServer[]
      readonly onTrouble: (facts: object, message: string) => void
    },
  ) {
    this.#werift = werift
    this.#onTrouble = options.onTrouble
    const { RTCPeerConnection, useH264, useOPUS } = werift
    const { address, iceServers } = options
    this.#peer = new RTCPeerConnection({
      codecs: { video: [useH264()], audio: [useOPUS()] },
      iceServers: iceServers.map((server) => ({ ...server })),
      bundlePolicy: 'max-bundle',
      iceUseIpv6: address === null,
      ...(address === null ? {} : { iceAdditionalHostAddresses: [address] }),
    })
    this.#peer.onTrack.subscribe((track) => {
      const receiver = this.#peer.getReceivers().find(({ tracks }) => tracks.includes(track))
      if (receiver !== undefined) this.#receive(track, receiver)
    })
    this.#peer.connectionStateChange.subscribe((state) => {
      if (state === 'failed' || state === 'closed') this.end(null)
    })
  }

  /** Answer an offer. Throws `StreamRefusal` for what cannot be answered. [WP1] */
  async answer(offer: string): Promise<string> {
    try {
      await this.#peer.setRemoteDescription({ type: 'offer', sdp: offer })
      await this.#peer.setLocalDescription(await this.#peer.createAnswer())
      await this.#gathered()
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      throw new StreamRefusal('stream_malformed', `the offer cannot be answered: ${reason}`)
    }
    const sdp = this.#peer.localDescription?.sdp ?? ''
    if (!/^m=video [1-9]/m.test(sdp)) throw new StreamRefusal('codec_unsupported', NOTHING_ELSE)
    return sdp
  }

  /** Somebody's frames go there from now on. */
  serve(publication: Publication): void {
    this.#publication = publication
    this.#every(IDLE_MS / 5, () => {
      if (Date.now() - this.#heardAtMs > IDLE_MS) this.end(null)
    })
  }

  /** Hang up. */
  end(refusal: StreamRefusal | null): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const timer of this.#timers) clearInterval(timer)
    this.#sound?.stop()
    this.#publication?.end(refusal)
    this.#publication = null
    void this.#peer.close()
  }

  async #gathered(): Promise<void> {
    if (this.#peer.iceGatheringState === 'complete') return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, GATHER_MS)
    this.#peer.iceGatheringStateChange.subscribe((state) => {
      if (state === 'complete') resolve()
    })
    await promise
    clearTimeout(timer)
  }

  #receive(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    const kind = track.kind === 'video' ? 'video' : 'audio'
    const order = new RtpOrder<RtpPacket['header'] & { readonly payload: Buffer }>()
    const clock = new RtpClock(TICKS_PER_MS[kind])
    const take = kind === 'video' ? this.#pictures(track, receiver, clock) : this.#sounds(clock)
    track.onReceiveRtp.subscribe(({ header, payload }) => {
      if (this.#isOver) return
      this.#heardAtMs = Date.now()
      const { packets, isLossy } = order.take(Object.assign(header, { payload }))
      for (const packet of packets) take(packet, isLossy)
    })
  }

  #pictures(track: MediaStreamTrack, receiver: RTCRtpReceiver, clock: RtpClock) {
    const assembler = new H264Assembler()
    const ask = () => void receiver.sendRtcpPLI(track.ssrc ?? 0).catch(() => undefined)
    this.#every(KEYFRAME_EVERY_MS, ask)
    this.#every(ALLOW_EVERY_MS, () => this.#allow(track, receiver))
    let isWaiting = true
    return (packet: { timestamp: number; marker: boolean; payload: Buffer }, isLossy: boolean) => {
      if (isLossy) {
        assembler.lose()
        isWaiting = true
        ask()
      }
      const unit = assembler.take(packet.payload, packet.timestamp, packet.marker)
      if (unit === null) return
      if (unit.isKeyframe) isWaiting = false
      if (isWaiting) return
      if (unit.config !== null) this.#publication?.take(unit.config)
      const timestampMs = Math.round(clock.at(unit.timestamp, Date.now()))
      const { isKeyframe, data } = unit
      this.#publication?.take({ kind: 'video', timestampMs, offsetMs: 0, isKeyframe, data })
    }
  }

  #sounds(clock: RtpClock) {
    const onMissing = () => this.#onTrouble({}, 'the sound of phones needs ffmpeg: there is none')
    const sound = new PhoneSound({
      onContent: (content) => this.#publication?.take(content),
      onMissing,
    })
    this.#sound = sound
    return (packet: { timestamp: number; payload: Buffer }) =>
      sound.take(packet.payload, clock.at(packet.timestamp, Date.now()))
  }

  /** Tell the phone how much it may send. */
  #allow(track: MediaStreamTrack, receiver: RTCRtpReceiver): void {
    const { ReceiverEstimatedMaxBitrate, RtcpPayloadSpecificFeedback } = this.#werift
    const exponent = 6
    const feedback = new ReceiverEstimatedMaxBitrate({
      senderSsrc: receiver.rtcpSsrc,
      ssrcNum: 1,
      brExp: exponent,
      brMantissa: BITRATE_MAX >> exponent,
      ssrcFeedbacks: [track.ssrc ?? 0],
    })
    const packet = new RtcpPayloadSpecificFeedback({ feedback })
    void receiver.dtlsTransport.sendRtcp([packet]).catch(() => undefined)
  }

  #every(ms: number, work: () => void): void {
    this.#timers.push(setInterval(work, ms))
  }
}
