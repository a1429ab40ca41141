import { connect, type Socket } from 'node:net'

/** How long pages took, and how long they were. */
export interface PageTimes {
  readonly p50Ms: number
  readonly p99Ms: number
  /** Head and body of one answer. */
  readonly bytes: number
}

const REQUEST = Buffer.from(
  'GET / HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: gzip\r\nAccept-Language: en\r\n\r\n',
)

/** Ask for a page over and over on some connections, each after its last answer. */
export async function askPages(
  port: number,
  requests: number,
  connections: number,
): Promise<PageTimes> {
  await run(port, Math.ceil(requests / 10), connections)
  const { times, bytes } = await run(port, requests, connections)
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99), bytes }
}

async function run(port: number, requests: number, connections: number) {
  const times: number[] = []
  let bytes = 0
  let left = requests
  const visit = async (socket: Socket) => {
    while (left > 0) {
      left -= 1
      const answer = await ask(socket)
      times.push(answer.firstByteMs)
      bytes = answer.bytes
    }
    socket.destroy()
  }
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'))
  await Promise.all(sockets.map(visit))
  return { times, bytes }
}

/** One request; the answer has a length or comes in chunks. */
function ask(socket: Socket): Promise<{ readonly firstByteMs: number; readonly bytes: number }> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    let firstByteMs = 0
    let bytes: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      if (bytes.length === 0) firstByteMs = performance.now() - startedMs
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      if (!isWhole(bytes)) return
      socket.off('data', onData)
      socket.off('error', reject)
      resolve({ firstByteMs, bytes: bytes.length })
    }
    socket.on('data', onData)
    socket.once('error', reject)
    socket.write(REQUEST)
  })
}

function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = bytes.toString('latin1', 0, end).toLowerCase()
  const length = /content-length: (\d+)/.exec(head)?.[1]
  if (length !== undefined) return bytes.length >= end + 4 + Number(length)
  return bytes.subarray(-5).equals(Buffer.from('0\r\n\r\n'))
}
