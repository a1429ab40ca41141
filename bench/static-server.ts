import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** nginx with some files, which is as bare as serving gets. */
export interface StaticServer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** What it serves, and how. */
export interface StaticFiles {
  /** Put the files into this folder. */
  readonly fill: (folder: string) => void
  /** Directives of the `http` block beside what every bench wants. */
  readonly directives: string
}

/** Serve files until it is closed. Needs nginx. */
export async function serveFiles({ fill, directives }: StaticFiles): Promise<StaticServer> {
  const home = mkdtempSync(join(tmpdir(), 'nightmarket-nginx-'))
  const port = await freePort()
  const files = join(home, 'html')
  mkdirSync(files)
  fill(files)
  const config = join(home, 'nginx.conf')
  writeFileSync(config, configOf(home, port, directives))
  const child = spawn('nginx', ['-p', home, '-c', config], { stdio: 'ignore' })
  await untilListening(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGQUIT')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function configOf(home: string, port: number, directives: string): string {
  return `daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000; ${directives}
  client_body_temp_path ${home}/a; proxy_temp_path ${home}/b; fastcgi_temp_path ${home}/c;
  uwsgi_temp_path ${home}/d; scgi_temp_path ${home}/e;
  server { listen 127.0.0.1:${port}; root ${home}/html; }
}
`
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('nginx ended: is it installed?')
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      await response.body?.cancel()
      return
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await delay(50)
    }
  }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
