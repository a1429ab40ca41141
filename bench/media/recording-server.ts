import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { serveFiles, type StaticServer } from '../static-server.ts'

/** nginx with a copy of a recording. */
export interface RecordingServer extends StaticServer {
  /** Of its playlist. */
  readonly url: string
}

/** Serve a copy of a recording. */
export async function serveRecording(folder: string): Promise<RecordingServer> {
  const names = readdirSync(folder).filter((each) => /\.(m4s|mp4|m3u8)$/.test(each))
  const server = await serveFiles({
    fill(copy) {
      for (const name of names) copyFileSync(join(folder, name), join(copy, name))
    },
    directives: 'sendfile on; tcp_nopush on;',
  })
  return { ...server, url: `http://127.0.0.1:${server.port}/index.m3u8` }
}
