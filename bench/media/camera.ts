import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { CLOCK_CELLS, clockCells } from './burnt-clock.ts'

/** How a show is filmed and encoded. */
export interface CameraOptions {
  /** Where the encoder sends to, key and all. */
  readonly address: string
  readonly width?: number
  readonly height?: number
  readonly framesPerSecond?: number
  readonly keyframeSeconds?: number
}

/** A camera with a clock in its picture, and ffmpeg as its encoder. */
export interface Camera extends AsyncDisposable {
  readonly pid: number
  /** As if its power were cut. */
  kill(): Promise<void>
}

/** How many pictures there are before they come again: something has to move. */
const PICTURES = 12

/**
 * Film until it is closed. Each frame has the moment in it at which it was handed over, and is
 * shown at that moment of the film.
 */
export function openCamera(options: CameraOptions): Camera {
  const { address, width = 640, height = 360, framesPerSecond = 30 } = options
  const { keyframeSeconds = 1 } = options
  // With `-r` ffmpeg would count frames, and each one that is dropped would hold up its clock.
  const size = ['-s', `${width}x${height}`, '-framerate', String(framesPerSecond)]
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', ...size]
  const picture = ['-use_wallclock_as_timestamps', '1', ...raw, '-i', 'pipe:0']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000']
  const speed = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-threads', '1']
  const keyframes = ['-g', String(framesPerSecond * keyframeSeconds)]
  const rate = ['-b:v', '800k', '-maxrate', '800k', '-bufsize', '400k']
  const times = ['-fps_mode', 'passthrough', '-enc_time_base', '1:1000']
  const video = ['-c:v', 'libx264', ...times, ...speed, ...keyframes, ...rate]
  const audio = ['-c:a', 'aac', '-b:a', '64k']
  const quick = ['-fflags', 'nobuffer', '-probesize', '32', '-analyzeduration', '0']
  const out = ['-flush_packets', '1', '-f', 'flv', address]
  const words = [...quick, ...picture, ...sound, ...video, ...audio, ...out]
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...words], {
    // What it says names the key.
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const closed = once(child, 'close')
  child.stdin.on('error', () => undefined)
  const pictures = Array.from({ length: PICTURES }, (_, at) => paint(width, height, at))
  let frames = 0
  const timer = setInterval(() => {
    const frame = pictures[frames++ % PICTURES]
    // A frame that the encoder has no time for is dropped, as cameras do.
    if (frame === undefined || child.stdin.writableLength > frame.length) return
    const shown = Buffer.from(frame)
    burn(shown, width, Date.now())
    child.stdin.write(shown)
  }, 1_000 / framesPerSecond)
  const kill = async () => {
    clearInterval(timer)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await closed
  }
  return { pid: child.pid ?? 0, kill, [Symbol.asyncDispose]: kill }
}

/** A picture of moving bars, as planes of Y, U and V. */
function paint(width: number, height: number, at: number): Buffer {
  const frame = Buffer.alloc((width * height * 3) / 2, 128)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      frame[y * width + x] = 64 + ((x + y * 2 + at * 8) % 96)
    }
  }
  return frame
}

function burn(frame: Buffer, width: number, atMs: number): void {
  const side = width / CLOCK_CELLS
  const row = Buffer.alloc(width)
  clockCells(atMs).forEach((isSet, at) => {
    row.fill(isSet ? 235 : 16, Math.round(at * side), Math.round((at + 1) * side))
  })
  for (let y = 0; y < side; y++) row.copy(frame, y * width)
}
