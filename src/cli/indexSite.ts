import { readFile } from 'node:fs/promises'
import type { IndexCredit } from '../api/search.js'
import type { BuildProgress } from '../indexer/buildIndex.js'
import { DEFAULT_FILTERS, LEAST_SECTION_LENGTH } from '../indexer/page.js'
import type { MarkdownLinks } from '../indexer/pageUrl.js'
import type { IndexWarning } from '../indexer/readSources.js'
import { changesIn } from './changes.js'
import { type CommandSpec, oneOf, usageError, wholeNumber } from './command.js'
import { print, printError, progress } from './output.js'
import { Countdown } from './pace.js'

const options = {
  out: { value: '<folder>', about: 'The folder to write, for the site to serve. Required.' },
  base: {
    value: '<url>',
    about: 'What addresses of pages begin with, such as / or https://docs.example/.',
  },
  links: {
    value: '<file|html|clean>',
    default: 'file',
    about: 'Addresses of Markdown pages: start.md, start.html or start.',
  },
  'clean-urls': { about: 'Leave .html out of the addresses of HTML pages, for servers with clean URLs.' },
  model: {
    value: '<folder|name>',
    default: 'mvp-mini',
    about: 'The model that pages will rerank with.',
  },
  'words-only': { about: 'Embed nothing: search by words alone.' },
  'no-late': { about: 'Leave out token codes: the first order is then by words and embeddings alone.' },
  'late-bytes': {
    value: '<n>',
    default: '1536',
    about: "Most bytes of a section's token codes, at least 48; in longer sections, more tokens share a code.",
  },
  filters: {
    value: '<names>',
    default: DEFAULT_FILTERS.join(','),
    about: 'Fields of front matter, or names of <meta>, to filter by.',
  },
  main: {
    value: '<selector>',
    about: 'CSS selector of the main content of HTML pages, if the indexer does not find it.',
  },
  ignore: {
    value: '<selector>',
    about: 'CSS selector of elements to leave out of HTML pages, such as ".promo, #feedback".',
  },
  exclude: {
    value: '<globs>',
    default: 'genindex, search, 404, print and the like',
    about: "Files to leave out, separated by commas, such as 'blog/**'; '' leaves out none.",
  },
  'max-length': { value: '<n>', default: '700', about: 'Longest text of a section, in characters.' },
  credits: {
    value: '<file>',
    about: 'JSON list of works to credit: {name, version?, licence?, licenceText?, url?}.',
  },
  minutes: {
    value: '<n>',
    about: 'Stop embedding after this many minutes; the next run continues.',
  },
  watch: { about: 'Keep running, and index files again when they change.' },
  anew: { about: 'Reuse nothing of the existing index.' },
} as const

export const indexCommand: CommandSpec<typeof options> = {
  name: 'index',
  summary: 'Make the search index of a site, from Markdown or from its built HTML.',
  usage: '<folder|file|glob> --out <folder> [options]',
  arguments: '<source...>',
  options,
  details: `
Reads .md, .mdx and .markdown (front matter, GitHub flavor) and .html (the main content). Sections begin at headings;
their addresses end in GitHub's anchors, or in the page's own ids. Pages with \`draft: true\`, \`search: false\`, \`noindex\`
or a redirect are left out; \`permalink\` sets an address.
Writes index.json, words-….bin, embeddings-….bin and tokens-….bin for visitors, and sources.json for the next run, which
reads and embeds only what has changed.
Output: a JSON report. Warnings go to stderr as file:line: message; what they are about is left out, or read as well as
possible.

Exit code: 0 written; 1 failed, and the existing index is unchanged; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank index docs --links clean --base / --out public/search',
    'mvp-rerank index dist --base / --out dist/search',
    "mvp-rerank index 'docs/**/*.md' --out search --words-only",
  ],

  async run(values, { signal }, positionals) {
    const { out, base = '', links = 'file', model = 'mvp-mini', filters, minutes } = values
    if (positionals.length > 1) {
      throw usageError(`one folder or glob is expected, not ${positionals.length}: quote the glob`, 'index')
    }
    if (out === undefined) throw usageError('--out is missing', 'index')
    const urls = {
      base,
      links: oneOf<MarkdownLinks>('index', 'links', links, ['file', 'html', 'clean']),
      ...(values.cleanUrls ? { cleanHtml: true } : {}),
    }
    const maxLength = wholeNumber('index', 'max-length', values.maxLength ?? '700', LEAST_SECTION_LENGTH)
    const tokenBytes = values.noLate ? 0 : wholeNumber('index', 'late-bytes', values.lateBytes ?? '1536', 48)
    const credits = values.credits === undefined ? [] : await readCredits(values.credits)
    const embedSeconds = minutes === undefined ? undefined : 60 * wholeNumber('index', 'minutes', minutes, 0)
    const [from] = positionals
    const { buildIndex } = await import('../indexer/buildIndex.js')
    const { openEmbedder } = await import('../indexer/openEmbedder.js')
    const embedder = values.wordsOnly ? undefined : await openEmbedder(model, signal)
    const build = async (anew: boolean): Promise<void> => {
      const countdown = new Countdown()
      const report = await buildIndex({
        sources: [{ from: from!, urls }],
        out,
        embedder,
        maxLength,
        tokenBytes,
        credits,
        embedSeconds,
        main: values.main,
        ignore: values.ignore,
        exclude: values.exclude === undefined ? undefined : namesIn(values.exclude),
        ...(filters === undefined ? {} : { filters: namesIn(filters) }),
        anew,
        onWarning: showWarning,
        onProgress: step => show(step, countdown),
        signal,
      })
      progress.clear()
      await print(`${JSON.stringify(report, null, 2)}\n`)
      const { unfinished } = report
      if (unfinished > 0)
        console.error(`${unfinished} sections are left to embed: run it again. The index has only words.`)
    }
    try {
      await build(values.anew ?? false)
      if (values.watch) await watchAndBuild(from!, out, signal, () => build(false))
      return 0
    } finally {
      progress.clear()
      await embedder?.dispose()
    }
  },
}

/** Until it is interrupted. While a site is written, it may be broken for a moment. */
async function watchAndBuild(from: string, out: string, signal: AbortSignal, build: () => Promise<void>) {
  console.error('Watching for changes; Ctrl-C ends it.')
  for await (const _ of changesIn(from, out, signal)) {
    await build().catch(error => {
      if (!signal.aborted) printError(error)
    })
  }
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
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

function show({ phase, done, total, share }: BuildProgress, countdown: Countdown): void {
  const unit = phase === 'read' ? 'files' : 'sections'
  const pace = countdown.describe(phase, unit, done, share)
  progress.update(`${phase === 'read' ? 'Reading' : 'Embedding'} ${done} of ${total} ${unit}${pace}`)
}
