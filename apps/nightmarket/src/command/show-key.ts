import { existsSync } from 'node:fs'

import { defineCommand } from '../command-line/command.ts'
import { flag, textOr } from '../command-line/option.ts'
import { hashText } from '../host/crypto.ts'
import { EDGE_FILES, readEdgeIdentity } from '../market/edge-folder.ts'
import { createSecret, edgeFolder } from '../market/market-folder.ts'
import { findRunning } from '../market/running.ts'
import { writeWhole } from '../market/secure-file.ts'
import { Problem } from '../problem.ts'
import { EDGE_NAME } from '../role/start-market.ts'
import { marketOptions } from './server-options.ts'

/** `show key`: what OBS is given, so that it may send the show. */
export const showKeyCommand = defineCommand({
  name: 'show key',
  summary: 'Make the stream key for OBS, or another one that replaces it',
  details:
    'The key is shown once: the edge keeps its hash. With --rotate the old key is refused from ' +
    'the next connection on; whoever is live stays so until then.',
  options: {
    data: marketOptions.data,
    edge: textOr('NAME', EDGE_NAME, 'The edge that the encoder sends to'),
    rotate: flag('Make another key; the old one is good no more'),
  },
  examples: ['show key', 'show key --rotate'],
  async run({ values }) {
    const folder = edgeFolder(values.data, values.edge)
    if (readEdgeIdentity(folder) === null) throw unknownEdge(values.edge, values.data)
    const file = EDGE_FILES.streamKeys(folder)
    if (existsSync(file) && !values.rotate) throw keyMade()
    const key = createSecret()
    writeWhole(file, `${hashText(key)}\n`)
    const running = findRunning(values.data) ?? findRunning(folder)
    const server = running?.rtmp ?? null
    const place = server ?? 'told by nightmarket up as “Encoder”'
    const lines = [`  Server      ${place}`, `  Stream key  ${key}`]
    const text = ['In OBS: Settings → Stream → Custom', ...lines].join('\n')
    return { json: { server, key }, text }
  },
})

function unknownEdge(name: string, data: string): Problem {
  return new Problem({
    code: 'edge_unknown',
    title: `There is no edge called ${name} in ${data}.`,
    wayOut: 'Start it once with nightmarket up or nightmarket edge, or name another with --edge.',
  })
}

function keyMade(): Problem {
  return new Problem({
    code: 'stream_key_made',
    title: 'There is a stream key already, and only its hash is kept.',
    wayOut: 'Look in OBS for it, or make another with nightmarket show key --rotate.',
  })
}
