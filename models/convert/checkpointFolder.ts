import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import { type OpenFile, openFile } from './openFile.js'

/** The files of a checkpoint, wherever they lie: in a folder, an archive or a hub's cache. Paths are relative to it. */
export interface CheckpointFolder {
  /** For the model's origin. */
  name: string
  has(path: string): boolean
  /** The paths of all files, in order. */
  list(): string[]
  /** A whole file, which should be small. @throws RerankError missing-file, truncated-file */
  read(path: string): Uint8Array
  /** A file to be read in ranges. @throws RerankError missing-file */
  open(path: string): OpenFile
}

/** Enough for every checkpoint; a home folder has more. */
const MAX_FILES = 10_000
const MAX_DEPTH = 4

/**
 * A folder on the disk.
 * @param root what no link may lead out of. @default the folder
 * @throws RerankError not-a-folder
 */
export function diskFolder(folder: string, { root = folder, name = basename(resolve(folder)) } = {}): CheckpointFolder {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw toolError('not-a-folder', `${describeValue(folder)} is not a folder`)
  }
  const realRoot = realpathSync(root)
  const place = (path: string) => {
    const place = join(folder, path)
    if (!existsSync(place)) throw toolError('missing-file', `${describeValue(path)} can not be opened`)
    if (!isWithin(realRoot, realpathSync(place))) {
      throw toolError('missing-file', `${path} is a link that leads out of ${root}`, {
        remedy: 'Put the file itself into the folder.',
      })
    }
    return place
  }
  return {
    name,
    has: path => isFile(join(folder, path)),
    list: () => listFiles(folder),
    read: path => new Uint8Array(readFileSync(place(path))),
    open: path => openFile(place(path)),
  }
}

/** Names that a file system refuses (too long, with a zero byte) are no files; statSync would throw. */
const isFile = (path: string) => existsSync(path) && statSync(path).isFile()

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Hidden folders are left out. */
function listFiles(folder: string, prefix = '', depth = 0, found: string[] = []): string[] {
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true }).sort(byName)) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH && !entry.name.startsWith('.')) listFiles(folder, path, depth + 1, found)
    } else found.push(path)
    if (found.length > MAX_FILES) {
      throw toolError('not-a-folder', `${folder} holds more than ${MAX_FILES} files, so it is no checkpoint's`)
    }
  }
  return found
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)

/** The part of a checkpoint under a path, such as `0_Transformer`; '' is the whole. */
export function subfolder(folder: CheckpointFolder, path: string): CheckpointFolder {
  if (path === '') return folder
  const parts = path.split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..') || path.includes('\\')) {
    throw toolError('bad-config', `${describeValue(path)} is no folder of the checkpoint`)
  }
  const under = (file: string) => `${path}/${file}`
  return {
    name: folder.name,
    has: file => folder.has(under(file)),
    list: () => folder.list().flatMap(file => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : [])),
    read: file => folder.read(under(file)),
    open: file => folder.open(under(file)),
  }
}

/** The content of a JSON file that holds an object; undefined if the file is absent. @throws RerankError bad-config */
export function readJson(folder: CheckpointFolder, path: string): Record<string, unknown> | undefined {
  if (!folder.has(path)) return undefined
  const json = parseJson(folder, path)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw toolError('bad-config', `${path} is not a JSON object`)
  }
  return json as Record<string, unknown>
}

/** @throws RerankError bad-config */
export function parseJson(folder: CheckpointFolder, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(folder.read(path)))
  } catch (cause) {
    throw toolError('bad-config', `${path} is not JSON`, { cause })
  }
}
