import { parseId, type ShowId } from '@nightmarket/kernel'
import { hashStreamKey, readStreamKeys, writeStreamKeys } from '@nightmarket/media/ingest'

import { defineCommand } from '../command-line/command.ts'
import { flag, textOr } from '../command-line/option.ts'
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
    const server = running?.rtmp ?? null
    const place = server ?? 'told by nightmarket up as “Encoder”'
    const srt = running?.srt ?? null
    const called = srt === null ? [] : [`  Over SRT    ${srt}?streamid=${key}`]
    const lines = [`  Server      ${place}`, `  Stream key  ${key}`, ...called]
    const text = [`For ${showId}, in OBS: Settings → Stream → Custom`, ...lines].join('\n')
    return { json: { showId, server, srt, key }, text }
  },
})

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

function parseShow(text: string): ShowId {
  const showId = parseId<'show'>(text)
  if (showId.ok) return showId.value
  throw usageProblem({
    code: 'show_invalid',
    title: `"${clean(text)}" is no id of a show.`,
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
