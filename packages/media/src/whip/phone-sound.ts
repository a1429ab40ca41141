import { startFlvFfmpeg, type RunningFfmpeg } from '../ffmpeg/flv-ffmpeg.ts'
import type { AudioConfig, AudioFrame } from '../flv/read-tag.ts'
import { OggOpusWriter, opusSamples } from './ogg-opus.ts'

const SAMPLES_PER_MS = 48

/**
 * Turns a phone's Opus into the AAC that every player takes, by an ffmpeg that lives as long as the
 * phone is connected. Its time is counted from the first packet. [WP3]
 */
export class PhoneSound {
  readonly #ffmpeg: RunningFfmpeg
  readonly #writer = new OggOpusWriter()
  #hasBegun = false
  #beganAtMs = 0

  constructor(options: {
    readonly onContent: (content: AudioConfig | AudioFrame) => void
    readonly onMissing: () => void
  }) {
    const quick = ['-probesize', '32', '-analyzeduration', '0', '-f', 'ogg', '-i', 'pipe:0']
    const coding = ['-af', 'aresample=async=1', '-c:a', 'aac', '-b:a', '128k', '-ar', '48000']
    this.#ffmpeg = startFlvFfmpeg([...quick, ...coding, '-ac', '2'], {
      onContent: (content) => {
        if (content.kind === 'audio-config') options.onContent(content)
        if (content.kind !== 'audio') return
        const timestampMs = content.timestampMs + this.#beganAtMs
        options.onContent({ ...content, timestampMs })
      },
      onEnd({ code }) {
        if (code === 'missing') options.onMissing()
      },
    })
  }

  /** Take a packet, by the clock of the pictures. */
  take(packet: Buffer, atMs: number): void {
    if (packet.length === 0) return
    if (!this.#hasBegun) {
      this.#hasBegun = true
      this.#beganAtMs = atMs
      this.#ffmpeg.write(this.#writer.begin())
    }
    const startSample = Math.round((atMs - this.#beganAtMs) * SAMPLES_PER_MS)
    const endSample = Math.max(0, startSample) + opusSamples(packet)
    this.#ffmpeg.write(this.#writer.write(packet, endSample))
  }

  /** The phone is gone. */
  stop(): void {
    void this.#ffmpeg.stop()
  }
}
