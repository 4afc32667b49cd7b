import { expect, it } from 'vitest'
import { buildCorpus, documentationSources } from './buildCorpus.js'
import { readCorpus } from './corpus.js'

it('makes a corpus of the installed documentation, with licences and links to the version that is installed', async () => {
  const corpus = readCorpus(await buildCorpus('node_modules'))
  expect(corpus.sections.length).toBeGreaterThan(1000)
  expect(corpus.packages.map(({ name }) => name)).toEqual(documentationSources.map(source => source.package))
  for (const { licence, licenceText, version } of corpus.packages) {
    expect(licence).toBe('MIT')
    expect(licenceText).toMatch(/permission is hereby granted, free of charge/i)
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  }
  for (const { url, text, path } of corpus.sections) {
    expect(url).toMatch(/^https:\/\/github\.com\/.+\.md(#.+)?$/)
    expect(text.length).toBeLessThanOrEqual(700)
    expect(path.every(heading => heading !== '')).toBe(true)
  }
})
