import { readFileSync } from 'node:fs'

import type { MediaPage } from './media-market.ts'

/** Another player than ours, from its package: what it reads, others read. */
const SHAKA = new URL(import.meta.resolve('shaka-player/dist/shaka-player.compiled.js'))

interface ShakaPlayer {
  attach(video: HTMLVideoElement): Promise<void>
  configure(key: string, value: unknown): void
  load(url: string): Promise<void>
  destroy(): Promise<void>
}

/** Play a stream with shaka-player, and say how many seconds of it went by within ten. */
export async function playWithShaka(page: MediaPage, url: string): Promise<number> {
  await page.evaluate(readFileSync(SHAKA, 'utf8'))
  return page.evaluate(async (address) => {
    const { shaka } = globalThis as unknown as {
      readonly shaka: { readonly Player: new () => ShakaPlayer }
    }
    const video = document.body.appendChild(document.createElement('video'))
    video.muted = true
    const player = new shaka.Player()
    await player.attach(video)
    player.configure('streaming.lowLatencyMode', true)
    await player.load(address)
    await video.play()
    const from = video.currentTime
    for (let look = 0; look < 100 && video.currentTime - from < 1; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const seconds = video.currentTime - from
    await player.destroy()
    video.remove()
    return seconds
  }, url)
}
