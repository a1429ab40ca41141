import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { assert } from '../../../packages/kernel/src/index.ts'

/** Room for the journals and books of one cut, and for the disk that holds that disk. */
const INNER_BYTES = 256 * 1_024 * 1_024
const OUTER_BYTES = 2 * INNER_BYTES

/**
 * Neither file system writes anything by itself within the minutes of a run: what reaches the
 * platter is what somebody asked for.
 */
const MOUNT_OPTIONS = 'loop,noatime,commit=300'

/** The most tries to copy an image that nobody wrote to meanwhile. */
const COPIES_MAX = 50

/**
 * A disk whose power can be cut, with a write cache that is lost then.
 *
 * ```
 * path ── ext4 ── loop ── disk.img ── ext4 ── loop ── platter.img
 *          page cache        the drive's cache          what a cut leaves
 * ```
 *
 * What a program writes is in the page cache of the inner file system. `fsync` sends it to the
 * inner device, and a flush of that device is an `fsync` of `disk.img`, which alone brings it to
 * `platter.img`. A copy of that file is what a machine finds when its power comes back: a store
 * that does not sync loses, and so does one whose syncs do not flush the drive.
 */
export class PowerDisk implements Disposable {
  /** Where the disk is mounted: what is written below here can be lost. */
  readonly path: string
  readonly #folder: string
  readonly #platter: string
  readonly #mounts: DisposableStack

  private constructor(folder: string, mounts: DisposableStack) {
    this.#folder = folder
    this.#platter = join(folder, 'platter.img')
    this.path = join(folder, 'disk')
    this.#mounts = mounts
  }

  /**
   * Make an empty disk. With `flushes` off the drive is never asked to empty its cache, which is a
   * control: what is not on the platter by chance must be lost. Throws `DiskUnavailable`.
   */
  static create({ flushes = true } = {}): PowerDisk {
    using made = new DisposableStack()
    const folder = makeFolder(made)
    const cache = join(folder, 'cache')
    makeFileSystem(join(folder, 'platter.img'), OUTER_BYTES)
    mount(join(folder, 'platter.img'), cache, MOUNT_OPTIONS, made)
    makeFileSystem(join(cache, 'disk.img'), INNER_BYTES)
    const options = `${MOUNT_OPTIONS},barrier=${flushes ? 1 : 0}`
    mount(join(cache, 'disk.img'), join(folder, 'disk'), options, made)
    run('sync', ['--file-system', cache])
    return new PowerDisk(folder, made.move())
  }

  /** Cut the power, when nothing runs on the disk any more: what is left, mounted elsewhere. */
  cut(): CutDisk {
    using made = new DisposableStack()
    const folder = makeFolder(made)
    const platter = join(folder, 'platter.img')
    this.#copyTo(platter)
    mount(platter, join(folder, 'cache'), 'loop', made)
    mount(join(folder, 'cache', 'disk.img'), join(folder, 'disk'), 'loop', made)
    const parts = made.move()
    return { path: join(folder, 'disk'), [Symbol.dispose]: () => parts.dispose() }
  }

  [Symbol.dispose](): void {
    this.#mounts.dispose()
  }

  /** Copy the platter, once more when something was written to it meanwhile. */
  #copyTo(target: string): void {
    const device = deviceOf(join(this.#folder, 'cache'))
    for (let tries = 0; tries < COPIES_MAX; tries += 1) {
      const before = writesTo(device)
      run('cp', ['--sparse=always', '--reflink=auto', this.#platter, target])
      if (writesTo(device) === before) return
    }
    throw new DiskUnavailable('The platter was written to whenever it was copied.')
  }
}

/** What a power cut left, mounted after the file systems have recovered. */
export interface CutDisk extends Disposable {
  readonly path: string
}

/** This machine does not let us mount a disk of our own. */
export class DiskUnavailable extends Error {
  override readonly name = 'DiskUnavailable'
}

/** Temporary, and removed with the mounts in it. */
function makeFolder(made: DisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-power-'))
  made.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function makeFileSystem(image: string, bytes: number): void {
  run('truncate', ['--size', String(bytes), image])
  run('mkfs.ext4', ['-q', '-F', '-m', '0', '-E', 'lazy_itable_init=0,nodiscard', image])
}

function mount(image: string, place: string, options: string, made: DisposableStack): void {
  mkdirSync(place)
  run('mount', ['--types', 'ext4', '--options', options, image, place])
  made.defer(() => run('umount', [place]))
}

/** The name of the loop device that a place is mounted from. */
function deviceOf(place: string): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const line = mounts.map((text) => text.split(' ')).find(([, at]) => at === place)
  assert(line?.[0] !== undefined, `${place} is mounted`)
  return basename(line[0])
}

/** How many writes a device has taken, and how many are under way. */
function writesTo(device: string): string {
  const fields = readFileSync(`/sys/block/${device}/stat`, 'utf8').trim().split(/\s+/)
  return `${fields[4]} ${fields[8]}`
}

function run(command: string, words: readonly string[]): void {
  try {
    execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  } catch (error) {
    const said = (error as { readonly stderr?: string }).stderr?.trim()
    const reason = said === undefined || said === '' ? String(error) : said
    throw new DiskUnavailable(`${command} ${words.join(' ')}: ${reason}`, { cause: error })
  }
}
