import { readFile } from 'node:fs/promises'
import type { IndexCredit } from '../api/search.js'
import type { BuildProgress } from '../indexer/buildIndex.js'
import { DEFAULT_FILTERS } from '../indexer/page.js'
import type { MarkdownLinks } from '../indexer/pageUrl.js'
import type { IndexWarning } from '../indexer/readSources.js'
import { type CommandSpec, oneOf, usageError, wholeNumber } from './command.js'
import { print, progress } from './output.js'
import { duration } from './pace.js'

const options = {
  out: { value: '<folder>', about: 'The folder to write, for the site to serve. Required.' },
  base: {
    value: '<url>',
    about: 'What addresses of pages begin with, such as / or https://docs.example/.',
  },
  links: {
    value: '<file|html|clean>',
    default: 'file',
    about: 'Addresses of Markdown: start.md as it lies there, start.html, or start.',
  },
  model: {
    value: '<folder|name>',
    default: 'mvp-mini',
    about: 'The model that pages will rerank with.',
  },
  'words-only': { about: 'No embeddings: nothing is embedded.' },
  'no-late': { about: 'No token codes: the first order is by words and embeddings alone.' },
  'late-bytes': {
    value: '<n>',
    default: '1536',
    about: "Most bytes of a section's token codes, at least 48: longer sections are clustered harder.",
  },
  filters: {
    value: '<names>',
    default: DEFAULT_FILTERS.join(','),
    about: 'Fields of front matter, or names of <meta>, to filter by.',
  },
  'max-length': { value: '<n>', default: '700', about: 'Longest text of a section, in characters.' },
  credits: {
    value: '<file>',
    about: 'JSON list of {name, version?, licence?, licenceText?, url?}, to be shown.',
  },
  anew: { about: 'Take nothing over from the index that is there.' },
} as const

export const indexCommand: CommandSpec<typeof options> = {
  name: 'index',
  summary: 'Make the search index of a site, from Markdown or from its built HTML.',
  usage: '<folder|file|glob> --out <folder> [options]',
  arguments: '<source...>',
  options,
  details: `
Reads .md, .mdx and .markdown (front matter, GitHub flavour) and .html (the main content). Sections begin at headings; their addresses end in GitHub's
anchors, or in the page's own ids. Pages with \`draft: true\` or \`search: false\`, \`noindex\` or a redirect are left out; \`permalink\` gives an address.
Writes index.json, words-….bin, embeddings-….bin and tokens-….bin for visitors, and sources.json for the next run, which reads and embeds only what has changed.
Output: a JSON report. Warnings, as file:line: message, go to stderr; what they are about is left out or read as well as it can be.

Exit code: 0 written; 1 failed, with the index that was there left as it was; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank index docs --links clean --base / --out public/search',
    'mvp-rerank index dist --base / --out dist/search',
    "mvp-rerank index 'docs/**/*.md' --out search --words-only",
  ],

  async run(values, { signal }, positionals) {
    const { out, base = '', links = 'file', model = 'mvp-mini', filters } = values
    if (positionals.length > 1) {
      throw usageError(`one folder or glob is expected, not ${positionals.length}: quote the glob`, 'index')
    }
    if (out === undefined) throw usageError('--out is missing', 'index')
    const urls = { base, links: oneOf<MarkdownLinks>('index', 'links', links, ['file', 'html', 'clean']) }
    const maxLength = wholeNumber('index', 'max-length', values.maxLength ?? '700', 100)
    const tokenBytes = values.noLate ? 0 : wholeNumber('index', 'late-bytes', values.lateBytes ?? '1536', 48)
    const credits = values.credits === undefined ? [] : await readCredits(values.credits)
    const { buildIndex } = await import('../indexer/buildIndex.js')
    const { openEmbedder } = await import('../indexer/openEmbedder.js')
    const embedder = values.wordsOnly ? undefined : await openEmbedder(model, signal)
    try {
      const report = await buildIndex({
        sources: [{ from: positionals[0]!, urls }],
        out,
        embedder,
        maxLength,
        tokenBytes,
        credits,
        ...(filters === undefined ? {} : { filters: filters.split(',').map(name => name.trim()) }),
        anew: values.anew ?? false,
        onWarning: showWarning,
        onProgress: progressWithPace(),
        signal,
      })
      progress.clear()
      await print(`${JSON.stringify(report, null, 2)}\n`)
      return 0
    } finally {
      progress.clear()
      await embedder?.dispose()
    }
  },
}

async function readCredits(path: string): Promise<IndexCredit[]> {
  try {
    const credits = JSON.parse(await readFile(path, 'utf8'))
    if (Array.isArray(credits) && credits.every(credit => typeof credit?.name === 'string')) return credits
  } catch (cause) {
    throw usageError(`--credits: ${path} cannot be read: ${(cause as Error).message}`, 'index', cause)
  }
  throw usageError(`--credits: ${path} is no list of objects with a name`, 'index')
}

function showWarning({ file, line, message }: IndexWarning): void {
  progress.clear()
  console.error(`${file}${line === undefined ? '' : `:${line}`}: ${message}`)
}

/** @returns a function that shows how far the run is, and once sections are embedded, at which pace and how long yet */
function progressWithPace(): (progress: BuildProgress) => void {
  let first: { done: number; at: number } | undefined
  return ({ phase, done, total }) => {
    if (phase === 'read') return progress.update(`Reading ${done} of ${total} files`)
    const now = performance.now()
    first ??= { done, at: now }
    const pace = ((done - first.done) / (now - first.at)) * 1000
    const left = pace > 0 ? `, ${pace.toFixed(1)} a second, ${duration((total - done) / pace)} left` : ''
    progress.update(`Embedding ${done} of ${total} sections${left}`)
  }
}
