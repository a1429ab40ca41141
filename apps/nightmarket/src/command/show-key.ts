import { renderUnicodeCompact } from 'uqr'

import { parseId, type ShowId } from '@nightmarket/kernel'
import {
  hashStreamKey,
  readStreamKeys,
  srtPassphrase,
  writeStreamKeys,
} from '@nightmarket/media/ingest'

import { defineCommand, type Report } from '../command-line/command.ts'
import { flag, text, textOr } from '../command-line/option.ts'
import { EDGE_FILES, readEdgeIdentity } from '../market/edge-folder.ts'
import { createSecret, edgeFolder } from '../market/market-folder.ts'
import { findRunning, type Running } from '../market/running.ts'
import { writeWhole } from '../market/secure-file.ts'
import { Problem, usageProblem } from '../problem.ts'
import { EDGE_NAME } from '../role/start-market.ts'
import { clean } from '../terminal/table.ts'
import { marketOptions } from './server-options.ts'

/** `show key`: what OBS is given, so that it may send the show. */
export const showKeyCommand = defineCommand({
  name: 'show key',
  summary: 'Make a show’s stream key for OBS, or another one that replaces it',
  details:
    'Each show has a key of its own, good while no other show is on. It is shown once: the edge ' +
    'keeps its hash. With --rotate the old key is good no more, and whoever is live with it has ' +
    'to make way as soon as somebody comes with the new one.',
  arguments: [{ name: 'SHOW', about: 'the show’s id; the one that is on', isOptional: true }],
  options: {
    data: marketOptions.data,
    edge: textOr('NAME', EDGE_NAME, 'The edge that the encoder sends to'),
    at: text('URL', 'Where phones reach the edge, over https; makes a code to scan'),
    rotate: flag('Make another key; the old one is good no more'),
  },
  examples: ['show key', 'show key night-quay --rotate'],
  async run({ values, arguments: [wanted] }) {
    const folder = edgeFolder(values.data, values.edge)
    if (readEdgeIdentity(folder) === null) throw unknownEdge(values.edge, values.data)
    const running = findRunning(folder) ?? findRunning(values.data)
    const showId = wanted === null ? await showOn(running) : parseShow(wanted ?? '')
    const file = EDGE_FILES.streamKeys(folder)
    const keys = readStreamKeys(file)
    if (keys.some((key) => key.showId === showId) && !values.rotate) throw keyMade(showId)
    const key = createSecret()
    const others = keys.filter((each) => each.showId !== showId)
    writeWhole(file, writeStreamKeys([...others, { showId, hash: hashStreamKey(key) }]))
    return keyReport({ showId, key, running, at: values.at?.replace(/\/+$/, '') ?? null })
  },
})

/** Where the key goes: into OBS, into an SRT address, or into a phone by a code. */
function keyReport(made: {
  readonly showId: ShowId
  readonly key: string
  readonly running: Running | null
  readonly at: string | null
}): Report {
  const { showId, key, running, at } = made
  const { rtmp: server = null, srt = null, edge = null } = running ?? {}
  const pages = at ?? edge
  // The page takes the key from the fragment, which no browser sends to a server.
  const phone = pages === null ? null : `${pages}/go-live#${key}`
  const secret = srtPassphrase(hashStreamKey(key))
  const srtUrl = srt === null ? null : `${srt}?streamid=${showId}&passphrase=${secret}&pbkeylen=16`
  const lines = [
    `For ${showId}, in OBS: Settings → Stream → Custom`,
    `  Server      ${server ?? 'told by nightmarket up as “Encoder”'}`,
    `  Stream key  ${key}`,
    ...(srt === null ? [] : [`  Over SRT    ${srtUrl}`]),
    ...(phone === null ? [] : [`  By phone    ${phone}`]),
    ...(at === null || phone === null ? [] : ['', renderUnicodeCompact(phone)]),
  ]
  return { json: { showId, server, srt: srtUrl, phone, key }, text: lines.join('\n') }
}

/** The show that the edge has on. Throws `Problem` when it is not known. */
async function showOn(running: Running | null): Promise<ShowId> {
  const edgeUrl = running?.edge ?? null
  if (edgeUrl !== null) {
    const { createEdgeClient } = await import('@nightmarket/edge')
    const shown = await createEdgeClient(edgeUrl).v1.show.$get()
    if (shown.ok) return (await shown.json()).show.showId
  }
  throw usageProblem({
    code: 'show_missing',
    title: 'No show is on here to make a key for.',
    wayOut: 'Name it as its file does: nightmarket show key SHOW; or apply it first.',
  })
}

function parseShow(given: string): ShowId {
  const showId = parseId<'show'>(given)
  if (showId.ok) return showId.value
  throw usageProblem({
    code: 'show_invalid',
    title: `"${clean(given)}" is no id of a show.`,
    wayOut: 'It is what the show file has as show.id, such as night-quay.',
  })
}

function unknownEdge(name: string, data: string): Problem {
  return new Problem({
    code: 'edge_unknown',
    title: `There is no edge called ${name} in ${data}.`,
    wayOut: 'Start it once with nightmarket up or nightmarket edge, or name another with --edge.',
  })
}

function keyMade(showId: ShowId): Problem {
  return new Problem({
    code: 'stream_key_made',
    title: `${showId} has a stream key already, and only its hash is kept.`,
    wayOut: `Look in OBS for it, or make another with nightmarket show key ${showId} --rotate.`,
  })
}
