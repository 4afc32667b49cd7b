import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import { parseIndexManifest } from '../../src/search/indexManifest.js'
import { readIndexFile } from '../../src/search/readIndexFile.js'
import { SearchIndex } from '../../src/search/searchIndex.js'
import { documentationSources } from './documentation.js'

it('makes a corpus of the installed documentation, with licences and links to the version that is installed', async () => {
  const out = await mkdtemp(join(tmpdir(), 'documentation-'))
  const { sources, credits } = await documentationSources('node_modules')
  const { sections, warnings } = await buildIndex({ sources, credits, out })
  expect(sections).toBeGreaterThan(1000)
  expect(warnings).toBe(0)
  const manifest = parseIndexManifest(JSON.parse(await readFile(join(out, 'index.json'), 'utf8')))
  for (const { licence, licenceText, version } of manifest.credits) {
    expect(licence).toBe('MIT')
    expect(licenceText).toMatch(/permission is hereby granted, free of charge/i)
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  }
  expect(new Set(manifest.filters.section)).toEqual(new Set(manifest.credits.map(({ name }) => name)))
  const index = new SearchIndex(manifest, await readIndexFile(out, manifest.words, gunzipSync))
  for (let id = 0; id < sections; id++) {
    const { url, text, path } = index.section(id)!
    expect(url).toMatch(/^https:\/\/github\.com\/.+\.md(#.+)?$/)
    expect(text.length).toBeLessThanOrEqual(700)
    expect(path.every(heading => heading !== '')).toBe(true)
  }
  await rm(out, { recursive: true })
})
