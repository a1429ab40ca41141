import { resolve } from 'node:path'

import { defineCommand } from '../command-line/command.ts'
import { text, textOr } from '../command-line/option.ts'
import { hashText } from '../host/crypto.ts'
import { edgeFolder, isMarket, MARKET_FILES } from '../market/market-folder.ts'
import { announceRunning } from '../market/running.ts'
import { readText } from '../market/secure-file.ts'
import { listenForEnd } from '../role/until-stopped.ts'
import {
  listenOptions,
  PORT_DEFAULT,
  portOption,
  publicUrlOf,
  publicUrlOption,
  trustedProxiesOf,
  rtmpPortOf,
  rtmpPortOption,
  iceServersOf,
  iceServersOption,
  srtPortOption,
} from './server-options.ts'
import { encoderText, readyLine } from './up.ts'

/** `edge`: one more edge, on this machine or another. */
export const edgeCommand = defineCommand({
  name: 'edge',
  summary: 'Start an edge that sells for a core elsewhere',
  details:
    'On its first start it enrols with a one-time code from nightmarket enrol; afterwards it is ' +
    'known by the keys in its folder, DIR/edges/NAME, and goes on where it was. It sells from ' +
    'what it was lent when the core is out of reach. An operator’s token for cash is in ' +
    'operator.token there, or is the market’s admin token when the folder has one.',
  options: {
    core: text('URL', 'The core’s address; needed on the first start'),
    enrol: text('CODE', 'The one-time code; needed on the first start'),
    name: textOr('NAME', 'edge', 'The edge’s name and folder'),
    data: textOr('DIR', './market', 'The folder that holds edges/NAME'),
    port: portOption(PORT_DEFAULT, 'The port'),
    'rtmp-port': rtmpPortOption,
    'srt-port': srtPortOption,
    'ice-servers': iceServersOption,
    'media-origin': text('URL', 'The edge that has the encoder (default: whichever has it)'),
    ...publicUrlOption,
    ...listenOptions,
  },
  examples: [
    'edge --core http://10.0.0.5:7071 --enrol 7K3M-Q9TX-2F8D --name hall-3',
    'edge --name hall-3',
  ],
  async run({ values, report }) {
    isMarket(values.data)
    const { name, port, host: hostname } = values
    const folder = edgeFolder(values.data, name)
    const { createLog } = await import('../host/log.ts')
    const log = createLog(name, { isJson: values['log-json'] })
    const ending = listenForEnd(log)
    const { startEdge } = await import('../role/start-edge.ts')
    const edge = await startEdge({
      folder,
      name,
      port,
      hostname,
      rtmpPort: rtmpPortOf(values),
      srtPort: values['srt-port'],
      iceServers: iceServersOf(values['ice-servers']),
      mediaOrigin: values['media-origin']?.replace(/\/+$/, '') ?? null,
      publicUrl: publicUrlOf(values['public-url']),
      trustedProxies: trustedProxiesOf(values['trust-proxy']),
      log,
      coreUrl: values.core?.replace(/\/+$/, '') ?? null,
      enrolmentCode: async () => values.enrol,
      operatorTokenHash: adminTokenHash(values.data),
      onDefect: ending.onDefect,
    })
    const addresses = { edge: edge.url, core: null, sandbox: null, ...edge.encoderUrls }
    const withdraw = announceRunning(folder, addresses)
    const { nodeId, url } = edge
    const lines = [
      `The edge ${name} sells at ${url}   its reference: ${url}/reference`,
      `  Node ${nodeId}, in ${folder}`,
      `  Encoders send to ${encoderText(edge.encoderUrls)}`,
      `  Their key: nightmarket show key --edge ${name}`,
    ]
    const json = { ...addresses, nodeId, name, pid: process.pid }
    report({ json, text: [...lines, readyLine(addresses)].join('\n') })
    await ending.stopped
    withdraw()
    await edge[Symbol.asyncDispose]()
    return null
  },
})

function adminTokenHash(data: string): string | null {
  const token = readText(MARKET_FILES.token(resolve(data)))
  return token === null ? null : hashText(token.trim())
}
