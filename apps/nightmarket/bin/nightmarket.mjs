#!/usr/bin/env node
// Starts the command line on the Node that this checkout brings, whatever Node the machine has.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
if (Number(process.versions.node.split('.')[0]) >= 26) await import(main)
else startOn(bundledNode())

function bundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
  } catch {
    return fail('the Node that this checkout brings is not installed')
  }
}

function startOn(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // A terminal sends Ctrl-C to the child as well: told twice, it would not stop in order.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', ({ message }) => fail(`cannot start ${node}: ${message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function fail(reason) {
  process.stderr.write(`nightmarket: ${reason}. Run \`npm ci\` in the checkout.\n`)
  process.exit(1)
}
