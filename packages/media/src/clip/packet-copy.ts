import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
  type EncodedPacket,
  type InputAudioTrack,
  type InputVideoTrack,
} from 'mediabunny'

/** A part of one input that is copied, in seconds from its first picture. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** A finished MP4. */
export interface Copied {
  readonly bytes: Uint8Array
  /** Seconds of the first piece before its first copied picture: where the keyframe was. */
  readonly startSeconds: number
  readonly durationSeconds: number
  readonly width: number
  readonly height: number
  readonly codecs: readonly string[]
}

/** Why pictures cannot be copied into one file. */
export type CopyRejection =
  | { readonly code: 'no_picture' }
  | { readonly code: 'codec_unknown' }
  | { readonly code: 'parameters_differ' }

/** The result of a copy. Plain data: it crosses threads. */
export type CopyResult =
  | { readonly ok: true; readonly value: Copied }
  | { readonly ok: false; readonly error: CopyRejection }

interface Opened {
  readonly input: Input
  readonly video: InputVideoTrack
  readonly audio: InputAudioTrack | null
  readonly key: string
  readonly piece: Piece
}

/**
 * Copy pieces behind each other into one MP4 that plays while it loads. Nothing is encoded again:
 * a piece begins at the keyframe at or before its start. [CL2]
 */
export async function copyPieces(pieces: readonly Piece[]): Promise<CopyResult> {
  const opened: Opened[] = []
  try {
    for (const piece of pieces) {
      const one = await openPiece(piece)
      if (one === null) return { ok: false, error: { code: 'no_picture' } }
      opened.push(one)
    }
    const [first] = opened
    if (first === undefined) return { ok: false, error: { code: 'no_picture' } }
    if (opened.some(({ key }) => key !== first.key)) {
      return { ok: false, error: { code: 'parameters_differ' } }
    }
    return await writeAll(first, opened)
  } finally {
    for (const { input } of opened) input.dispose()
  }
}

async function openPiece(piece: Piece): Promise<Opened | null> {
  const input = new Input({ source: new BufferSource(piece.bytes), formats: ALL_FORMATS })
  const video = await input.getPrimaryVideoTrack()
  if (video === null) {
    input.dispose()
    return null
  }
  const audio = await input.getPrimaryAudioTrack()
  return { input, video, audio, key: await parametersOf(video, audio), piece }
}

/** Pieces whose decoders are set up alike may follow each other in one track. */
async function parametersOf(
  video: InputVideoTrack,
  audio: InputAudioTrack | null,
): Promise<string> {
  const configs = [await video.getDecoderConfig(), (await audio?.getDecoderConfig()) ?? null]
  return JSON.stringify(configs, (name, value: unknown) =>
    name === 'description' && value !== undefined
      ? Buffer.from(toBytes(value as ArrayBuffer | ArrayBufferView)).toString('hex')
      : value,
  )
}

function toBytes(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  }
  return new Uint8Array(source)
}

async function writeAll(first: Opened, opened: readonly Opened[]): Promise<CopyResult> {
  const [codec, config] = [await first.video.getCodec(), await first.video.getDecoderConfig()]
  const audioCodec = (await first.audio?.getCodec()) ?? null
  const audioConfig = (await first.audio?.getDecoderConfig()) ?? null
  if (codec === null || config === null) return { ok: false, error: { code: 'codec_unknown' } }
  const target = new BufferTarget()
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  const picture = new EncodedVideoPacketSource(codec)
  output.addVideoTrack(picture)
  const sound =
    audioCodec === null || audioConfig === null ? null : new EncodedAudioPacketSource(audioCodec)
  if (sound !== null) output.addAudioTrack(sound)
  await output.start()
  let [endSeconds, startSeconds] = [0, 0]
  for (const [index, { video, audio, piece }] of opened.entries()) {
    const copied = await copyVideo(video, piece, endSeconds, (packet) =>
      picture.add(packet, { decoderConfig: config }),
    )
    if (copied === null) return { ok: false, error: { code: 'no_picture' } }
    if (index === 0) startSeconds = copied.firstSeconds - copied.originSeconds
    if (sound !== null && audio !== null && audioConfig !== null) {
      await copyAudio(audio, copied, endSeconds, (packet) =>
        sound.add(packet, { decoderConfig: audioConfig }),
      )
    }
    endSeconds += copied.lastSeconds - copied.firstSeconds
  }
  await output.finalize()
  if (target.buffer === null) return { ok: false, error: { code: 'no_picture' } }
  const [width, height] = [await first.video.getCodedWidth(), await first.video.getCodedHeight()]
  const codecs = [config.codec, ...(audioConfig === null ? [] : [audioConfig.codec])]
  const bytes = new Uint8Array(target.buffer)
  const value = { bytes, startSeconds, durationSeconds: endSeconds, width, height, codecs }
  return { ok: true, value }
}

interface CopiedVideo {
  /** When the input's first picture is. */
  readonly originSeconds: number
  readonly firstSeconds: number
  readonly lastSeconds: number
}

async function copyVideo(
  track: InputVideoTrack,
  { fromSeconds, toSeconds }: Piece,
  atSeconds: number,
  add: (packet: EncodedPacket) => Promise<void>,
): Promise<CopiedVideo | null> {
  const sink = new EncodedPacketSink(track)
  const originSeconds = await track.getFirstTimestamp()
  const start =
    (await sink.getKeyPacket(originSeconds + fromSeconds)) ?? (await sink.getFirstKeyPacket())
  if (start === null) return null
  const firstSeconds = start.timestamp
  let lastSeconds = firstSeconds
  for await (const packet of sink.packets(start)) {
    if (packet.timestamp >= originSeconds + toSeconds) break
    // A picture that is shown before its keyframe would need what was cut off.
    if (packet.timestamp < firstSeconds) continue
    lastSeconds = Math.max(lastSeconds, packet.timestamp + packet.duration)
    await add(packet.clone({ timestamp: packet.timestamp - firstSeconds + atSeconds }))
  }
  return { originSeconds, firstSeconds, lastSeconds }
}

async function copyAudio(
  track: InputAudioTrack,
  { firstSeconds, lastSeconds }: CopiedVideo,
  atSeconds: number,
  add: (packet: EncodedPacket) => Promise<void>,
): Promise<void> {
  const sink = new EncodedPacketSink(track)
  const start = (await sink.getPacket(firstSeconds)) ?? (await sink.getFirstPacket())
  if (start === null) return
  for await (const packet of sink.packets(start)) {
    if (packet.timestamp < firstSeconds) continue
    if (packet.timestamp + packet.duration > lastSeconds) break
    await add(packet.clone({ timestamp: packet.timestamp - firstSeconds + atSeconds }))
  }
}
