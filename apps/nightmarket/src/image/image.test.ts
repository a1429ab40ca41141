import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'

import sharp from 'sharp'

import { fetchImage, FETCHED_BYTES_MAX, isPrivate } from './fetch-image.ts'
import { packImage } from './pack-image.ts'

const server = createServer((request, response) => {
  const target = new URL(request.url ?? '/', 'http://x').searchParams.get('to')
  if (target !== null) return response.writeHead(302, { location: target }).end()
  if (request.url === '/gone') return response.writeHead(404).end()
  if (request.url === '/endless') {
    const chunk = Buffer.alloc(1024 * 1024)
    const more = () => void response.write(chunk, (error) => (error ? undefined : more()))
    return more()
  }
  return response.end('bytes')
})
let url = ''

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

after(() => {
  server.closeAllConnections()
  server.close()
})

test('[PI1] a picture is fetched from the public network only, whatever names it', async () => {
  const own = { mayBePrivate: true }
  equal((await fetchImage(url, own)).toString(), 'bytes')
  equal((await fetchImage(`${url}/?to=/`, own)).toString(), 'bytes')
  const { port } = new URL(url)
  const named = [url, `http://localhost:${port}`, `http://[::ffff:127.0.0.1]:${port}`]
  for (const each of named) await rejects(fetchImage(each), { code: 'address_private' }, each)
  await rejects(fetchImage(`${url}/?to=file:///etc/passwd`, own), { code: 'unreachable' })
  await rejects(fetchImage(`${url}/gone`, own), { code: 'unreachable' })
  const near = ['10.1.2.3', '192.168.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1']
  deepEqual(
    near.map(isPrivate),
    near.map(() => true),
  )
  deepEqual(['93.184.215.14', '2606:2800:21f::1'].map(isPrivate), [false, false])
})

test('[PI1] what has no end is cut off', async () => {
  await rejects(fetchImage(`${url}/endless`, { mayBePrivate: true }), { code: 'too_large' })
  ok(FETCHED_BYTES_MAX > 0)
})

test('[PI2] a picture is kept upright, in widths up to its own, without its metadata', async () => {
  const create = { width: 40, height: 700, channels: 3, background: '#d22' } as const
  const exif = { IFD0: { Copyright: 'somebody' } }
  const bytes = await sharp({ create })
    .withExif(exif)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const packed = await packImage(bytes)
  deepEqual([packed.width, packed.height, packed.tone], [700, 40, 18])
  const wanted = [160, 320, 640].flatMap((width) => [`${width}.avif`, `${width}.webp`])
  deepEqual(Object.keys(packed.files).sort(), [...wanted, '640.jpg'].sort())
  for (const [name, body] of Object.entries(packed.files)) {
    const { width, exif: kept, orientation } = await sharp(Buffer.from(body, 'base64')).metadata()
    deepEqual([width, kept, orientation], [Number(name.split('.')[0]), undefined, undefined], name)
  }
  deepEqual(await packImage(bytes), packed)
  await rejects(packImage(Buffer.from('<svg')), { code: 'not_a_picture' })
})
