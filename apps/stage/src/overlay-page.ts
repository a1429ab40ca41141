import { LiveDrops, type DropNow } from './live/live-drops.ts'
import { openLiveWire } from './live/live-wire.ts'
import { OverlayLayer } from './overlay/overlay-layer.ts'
import { setClock, startCountdowns } from './page/clock.ts'
import { readPageFacts, type PageFacts } from './page/page-facts.ts'

/**
 * The browser source for OBS: nothing but overlays on nothing. It is drawn into the picture before
 * the picture is sent, so that each is shown at once.
 */
function start(page: PageFacts): void {
  const latest = new Map<string, DropNow>()
  const edgeUrl = () => location.origin
  const drop = (dropId: string) => latest.get(dropId)
  const root = document.getElementById('main') ?? document.body
  const layer = new OverlayLayer({ root, page, edgeUrl, drop, picture: () => null })
  const drops = new LiveDrops((each) => latest.set(each.dropId, each))
  openLiveWire({
    edgeUrl,
    hear(message) {
      if (message.type === 'hello') setClock(message.nowMs)
      drops.hear(message, [])
      layer.hear(message)
    },
    onSilence: () => undefined,
  })
  startCountdowns(() => undefined)
}

const facts = readPageFacts(document)
if (facts !== null) start(facts)
