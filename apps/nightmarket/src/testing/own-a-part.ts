import { ServerProcess } from '../rush/server-process.ts'

// A process that owns a part, as a rush does, and waits to be ended from outside.
const [, , folder = ''] = process.argv
const server = await ServerProcess.start({ name: 'sandbox', words: ['sandbox', '--data', folder] })
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`)
