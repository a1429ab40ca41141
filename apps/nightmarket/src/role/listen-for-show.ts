import type { Log } from '@nightmarket/http'
import { openLive, type Live, type LiveOptions } from '@nightmarket/media/live'

import { hashText } from '../host/crypto.ts'
import { EDGE_FILES } from '../market/edge-folder.ts'

/** The live picture of an edge, and where its encoder sends to. */
export interface ShowListener extends Live {
  /** Without the key. */
  readonly url: string
}

/**
 * Listen for the encoder of a show. A port that somebody else has does not keep an edge from
 * selling: it takes a free one, and says so.
 */
export async function listenForShow(options: {
  /** The edge's own folder. */
  readonly folder: string
  readonly streamFolder: string
  readonly hostname: string
  readonly rtmpPort: number
  readonly log: Log
  readonly onDefect: (error: unknown) => void
}): Promise<ShowListener> {
  const { folder, streamFolder, hostname, rtmpPort, log, onDefect } = options
  const wanted: LiveOptions = {
    folder: streamFolder,
    keysFile: EDGE_FILES.streamKeys(folder),
    hashKey: hashText,
    rtmpPort,
    hostname,
    nowMs: Date.now,
    onTrouble: (facts, message) => log.warn(facts, message),
    onDefect,
  }
  const live = await openElsewhereIfBusy(wanted, log)
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return { ...live, url: `rtmp://${host}:${live.rtmpPort}/live` }
}

async function openElsewhereIfBusy(wanted: LiveOptions, log: Log): Promise<Live> {
  try {
    return await openLive(wanted)
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!isBusy) throw error
    log.warn({ port: wanted.rtmpPort }, 'the port for encoders is taken: using a free one')
    return openLive({ ...wanted, rtmpPort: 0 })
  }
}
