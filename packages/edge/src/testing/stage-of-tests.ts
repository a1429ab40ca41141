import { verifySignature } from '@nightmarket/stall/testing'

import type { PublishedClip, StageFile, StageParts } from '../page/stage-parts.ts'

/** A stage with one small script, for tests of its pages. */
export function stageOfTests(
  marketPublicKey: string,
  clips: readonly PublishedClip[] = [],
): StageParts {
  const script: StageFile = {
    contentType: 'text/javascript; charset=utf-8',
    etag: '"script"',
    isImmutable: true,
    identity: new TextEncoder().encode('0'),
    brotli: null,
    gzip: null,
  }
  return {
    addresses: {
      script: '/stage/assets/stage.js',
      style: '/stage/assets/stage.css',
      overlay: '/stage/assets/overlay.js',
      goLive: '/stage/assets/go-live.js',
    },
    files: new Map([['assets/stage.js', script]]),
    payments: { kind: 'sandbox' },
    marketPublicKey,
    verify: verifySignature,
    compress: packForTests,
    publicUrl: null,
    clips: {
      published: (clipId) => clips.find((clip) => clip.clipId === clipId) ?? null,
      pageOfOrder: () => null,
    },
  }
}

/** Gzip of the web; what is said to be Brotli is not packed. */
async function packForTests(text: string, packing: 'br' | 'gzip') {
  const plain = new Blob([text]).stream()
  const packed = packing === 'gzip' ? plain.pipeThrough(new CompressionStream('gzip')) : plain
  return new Uint8Array(await new Response(packed).arrayBuffer())
}
