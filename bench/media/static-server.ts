import { spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** nginx with a folder's segments, which is as bare as serving gets. */
export interface StaticServer extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

/** Serve a copy of a recording. */
export async function serveFiles(folder: string): Promise<StaticServer> {
  const home = mkdtempSync(join(tmpdir(), 'nightmarket-nginx-'))
  const port = await freePort()
  mkdirSync(join(home, 'html'))
  for (const name of readdirSync(folder).filter((each) => /\.(m4s|mp4|m3u8)$/.test(each))) {
    copyFileSync(join(folder, name), join(home, 'html', name))
  }
  writeFileSync(join(home, 'nginx.conf'), configOf(home, port))
  const child = spawn('nginx', ['-p', home, '-c', join(home, 'nginx.conf')], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}/index.m3u8`
  await untilServed(child, url)
  return {
    url,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGQUIT')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function configOf(home: string, port: number): string {
  return `daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on;
  client_body_temp_path ${home}/a; proxy_temp_path ${home}/b; fastcgi_temp_path ${home}/c;
  uwsgi_temp_path ${home}/d; scgi_temp_path ${home}/e;
  server { listen 127.0.0.1:${port}; root ${home}/html; }
}
`
}

async function untilServed(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('nginx ended: is it installed?')
    try {
      const response = await fetch(url)
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
