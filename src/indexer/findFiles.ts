import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import { toolError } from '../api/toolErrors.js'

export interface FoundFiles {
  /** The folder to which the addresses of pages are relative. */
  root: string
  /** Paths from the root, with `/`, sorted by name for the same order on every machine. */
  files: string[]
}

const READ = /\.(?:md|mdx|markdown|html?|xhtml)$/i
const LEFT_OUT = new Set(['node_modules', '.git'])

/**
 * Markdown and HTML files in a folder, or those that match a glob. Follows symbolic links, but enters each folder only
 * once, so loops end.
 * @param source a folder, a file, or a glob such as `docs/**\/*.md`
 * @throws RerankError `nothing-to-index` if there is no such folder, or no such file in it
 */
export async function findFiles(source: string, warn: (file: string, message: string) => void): Promise<FoundFiles> {
  const given = await stat(source).catch(() => undefined)
  if (given?.isFile()) {
    const root = resolve(source, '..')
    return { root, files: [relative(root, resolve(source))] }
  }
  const { base, glob } = given ? { base: source, glob: '' } : picomatch.scan(source.replaceAll('\\', '/'))
  const root = resolve(base)
  if (!(await stat(root).catch(() => undefined))?.isDirectory()) {
    throw toolError('nothing-to-index', `There is no folder ${base || source}.`)
  }
  const matches = glob === '' ? () => true : picomatch(glob, { dot: false })
  const files: string[] = []
  const entered = new Set<string>()
  const walk = async (folder: string): Promise<void> => {
    const real = await realpath(folder)
    const shown = relative(root, folder).split(sep).join('/')
    if (entered.has(real)) return warn(shown, 'left out: a link to a folder that is read already')
    entered.add(real)
    for (const name of (await readdir(folder)).sort()) {
      if (LEFT_OUT.has(name) || name.startsWith('.')) continue
      const path = join(folder, name)
      const below = relative(root, path).split(sep).join('/')
      try {
        const entry = await stat(path)
        if (entry.isDirectory()) await walk(path)
        else if (entry.isFile() && READ.test(name) && matches(below)) files.push(below)
      } catch (error) {
        if (READ.test(name) || !name.includes('.')) warn(below, `left out: ${whyUnread(error)}`)
      }
    }
  }
  await walk(root)
  if (files.length === 0) throw toolError('nothing-to-index', `${source} holds no Markdown and no HTML.`)
  return { root, files }
}

/** Why a file cannot be read, in words. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ELOOP') return 'a link that leads back to itself'
  if (code === 'ENOENT') return 'a link to nothing'
  if (code === 'EACCES') return 'it may not be read'
  return message
}
