import { basename, posix } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { ArchiveEntry } from './archiveEntry.js'
import { type CheckpointFolder, subfolder } from './checkpointFolder.js'
import { bytesFile, type OpenFile, openFile } from './openFile.js'
import { isTar, readTar } from './tar.js'
import { readZipEntries } from './zip.js'

/** Weights shrink by a tenth, texts to a fifth. What grows more than this was made to fill the memory. */
const MAX_RATIO = 100
const MAX_LINKS = 8
const MAX_ENTRIES = 10_000
/** What archives of macOS hold beside the files: their attributes. */
const FINDER = /^__MACOSX\/|(?:^|\/)(?:\._[^/]*|\.DS_Store)$/

/**
 * A checkpoint in a .zip (a .jar is one), .tar, .tar.gz or .tgz. Nothing is extracted: files are read in memory.
 * @throws RerankError bad-zip for damage, for names and links that lead out of the archive, and for ratios above 100
 */
export function archiveFolder(path: string): CheckpointFolder {
  const file = openFile(path)
  try {
    const opened = openArchive(file)
    const folder = folderOf(opened.entries, opened.file, basename(path))
    return inOneFolder({ ...folder, name: basename(path).replace(/\.(zip|jar|tar|tgz|tar\.gz)$/i, '') })
  } catch (error) {
    file.close()
    throw error
  }
}

function openArchive(file: OpenFile): { entries: ArchiveEntry[]; file: OpenFile } {
  const [first, second] = file.bytes < 2 ? [] : file.read(0, 2)
  if (first === 0x50 && second === 0x4b) return { entries: readZipEntries(file), file }
  const tar = first === 0x1f && second === 0x8b ? unpacked(file) : file
  if (!isTar(tar)) throw toolError('not-a-folder', `${file.name} is neither a folder nor a zip or tar archive`)
  return { entries: readTar(tar, file.name), file: tar }
}

function unpacked(file: OpenFile): OpenFile {
  const most = Math.min(MAX_RATIO * file.bytes, 2 ** 32)
  try {
    return bytesFile(file.name, gunzipSync(file.read(0, file.bytes), { maxOutputLength: most }))
  } catch (cause) {
    const isLarge = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    throw bad(file.name, isLarge ? `it grows more than ${MAX_RATIO}-fold` : 'it can not be unpacked', cause)
  }
}

function folderOf(entries: readonly ArchiveEntry[], file: OpenFile, name: string): CheckpointFolder {
  if (entries.length > MAX_ENTRIES) throw bad(name, `it holds ${entries.length} files`)
  const byPath = new Map<string, ArchiveEntry>()
  for (const entry of entries) {
    const path = safePath(entry.path, name)
    if (path.endsWith('/') || path === '' || FINDER.test(path)) continue
    if (byPath.has(path)) throw bad(name, `it holds ${describeValue(path)} twice`)
    if (entry.bytes > MAX_RATIO * entry.packed) {
      throw bad(name, `${describeValue(path)} grows from ${entry.packed} to ${entry.bytes} bytes`)
    }
    byPath.set(path, entry)
  }
  for (const [path, { link }] of byPath) if (link) followed(path, byPath, name)
  const find = (path: string) => (byPath.has(path) ? followed(path, byPath, name) : undefined)
  const get = (path: string): ArchiveEntry => {
    const entry = find(path)
    if (!entry) throw toolError('missing-file', `${path} is not in ${name}`)
    return entry
  }
  return {
    name,
    has: path => find(path) !== undefined,
    list: () => [...byPath.keys()].sort(),
    read: path => get(path).read(),
    open: path => {
      const { begin, bytes, read } = get(path)
      return begin === undefined ? bytesFile(basename(path), read()) : partOf(file, basename(path), begin, bytes)
    },
  }
}

/** The path from the root of the archive. @throws RerankError bad-zip for one that leads out of it */
function safePath(path: string, archive: string): string {
  const isAbsolute = /^([/\\]|[a-z]:)/i.test(path)
  const parts = path.split('/')
  if (isAbsolute || path.includes('\\') || path.includes('\0') || parts.includes('..')) {
    throw bad(archive, `${describeValue(path)} leads out of it`)
  }
  const plain = parts.filter((part, i) => part !== '.' && (part !== '' || i === parts.length - 1)).join('/')
  return plain
}

/** The file that a path leads to through links; undefined if it is not there. */
function followed(path: string, entries: ReadonlyMap<string, ArchiveEntry>, archive: string): ArchiveEntry | undefined {
  let place = path
  for (let i = 0; i < MAX_LINKS; i++) {
    const entry = entries.get(place)
    if (!entry?.link) return entry
    const { target, fromRoot } = entry.link
    const next = posix.normalize(fromRoot ? target : posix.join(posix.dirname(place), target))
    if (/^([/\\]|[a-z]:)/i.test(target) || target.includes('\\') || next === '..' || next.startsWith('../')) {
      throw bad(archive, `the link ${describeValue(place)} leads out of it, to ${describeValue(target)}`)
    }
    place = next
  }
  throw bad(archive, `the link ${describeValue(path)} leads to links without end`)
}

/** Many archives hold one folder, in which the files are. */
function inOneFolder(folder: CheckpointFolder): CheckpointFolder {
  const paths = folder.list()
  const tops = new Set(paths.map(path => path.split('/', 1)[0]!))
  const [top] = tops
  if (tops.size !== 1 || top === undefined || !paths.every(path => path.startsWith(`${top}/`))) return folder
  return { ...subfolder(folder, top), name: folder.name }
}

function partOf(file: OpenFile, name: string, begin: number, bytes: number): OpenFile {
  return {
    name,
    bytes,
    read(offset, length) {
      if (offset + length > bytes) throw toolError('bad-zip', `${name} ends at byte ${bytes}`)
      return file.read(begin + offset, length)
    },
    // The archive stays open for the other files.
    close: () => {},
  }
}

const bad = (archive: string, why: string, cause?: unknown) =>
  toolError('bad-zip', `${archive} is no archive that can be read: ${why}`, cause === undefined ? {} : { cause })
