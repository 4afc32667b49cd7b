import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import type { OfflineOptions } from '../../src/offline/siteFiles.js'

const SCRIPT = 'service-worker.js'

/**
 * A copy of the built demo that a test may change, as a deployment changes a host's folder. Models are served
 * separately.
 */
export async function copySite(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'))
  const wanted = (path: string) => !/^models|\.(jspi|asyncify)\./.test(relative('dist-site', path).split(sep).join('/'))
  await cp('dist-site', folder, { recursive: true, filter: wanted })
  return { folder, remove: () => rm(folder, { recursive: true }) }
}

/** Deploys a newer version: it changes files, and the service worker lists them as the build does. */
export function deploy(folder: string, changes: Record<string, (text: string) => string>): void {
  const script = join(folder, SCRIPT)
  const [first, ...rest] = readFileSync(script, 'utf8').split(';\n') as [string, ...string[]]
  const options = JSON.parse(first.slice(first.indexOf('=') + 1)) as OfflineOptions
  const files = options.files!.map(file => {
    const change = changes[file.path]
    if (!change) return file
    const text = change(readFileSync(join(folder, file.path), 'utf8'))
    writeFileSync(join(folder, file.path), text)
    return { ...file, sha256: createHash('sha256').update(text).digest('hex') }
  })
  writeFileSync(script, [`self.mvpRerank=${JSON.stringify({ ...options, files })}`, ...rest].join(';\n'))
}
