import { startSandbox } from './host.ts'

/** A sandbox as a process of its own, to be killed: `node sandbox-process.ts DATA_FILE`. */
const host = await startSandbox({ port: 0, dataFile: process.argv[2] ?? ':memory:' })
console.log(`ready ${host.url}`)
