import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Section } from '../../src/api/search.js'

/** A clone of github.com/xjodoin/rangefind, which is on no registry. */
export const RANGEFIND = process.env.BENCH_RANGEFIND

/** Writes Rangefind's own index of the sections, with the fields of its README. @returns its folder and the time */
export async function rangefindFolder(
  clone: string,
  sections: readonly Section[],
): Promise<{ folder: string; seconds: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'rangefind-'))
  const docs = sections.map(({ id, path, text }) => ({
    id: `${id}`,
    url: `/${id}`,
    title: path.at(-1),
    headings: path.slice(0, -1).join(' '),
    body: text,
  }))
  writeFileSync(join(folder, 'docs.jsonl'), docs.map(doc => JSON.stringify(doc)).join('\n'))
  const config = {
    input: 'docs.jsonl',
    output: 'index',
    idPath: 'id',
    urlPath: 'url',
    display: ['id', 'url', 'title', { name: 'body', path: 'body', maxChars: 690 }],
    fields: [
      { name: 'title', path: 'title', weight: 4.5, b: 0.55, phrase: true },
      { name: 'headings', path: 'headings', weight: 1, b: 0.75 },
      { name: 'body', path: 'body', weight: 1, b: 0.75 },
    ],
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const begin = performance.now()
  const command = [resolve(clone, 'bin/rangefind.js'), 'build', '--config', join(folder, 'config.json')]
  await promisify(execFile)(process.execPath, command, { cwd: folder })
  return { folder: join(folder, 'index'), seconds: (performance.now() - begin) / 1000 }
}
