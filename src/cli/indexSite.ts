import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { IndexCredit } from '../api/search.js'
import { type BuildProgress, buildIndex, DEFAULT_FILTERS, type IndexWarning } from '../indexer/buildIndex.js'
import { openEmbedder } from '../indexer/openEmbedder.js'
import type { MarkdownLinks } from '../indexer/pageUrl.js'
import { type CommandContext, type ExitCode, oneOf, renderHelp, usageError, wholeNumber } from './command.js'
import { print, progress } from './output.js'

const options = {
  out: { type: 'string', value: '<folder>', about: 'The folder to write, for the site to serve. Required.' },
  base: {
    type: 'string',
    value: '<url>',
    about: 'What addresses of pages begin with, such as / or https://docs.example/.',
  },
  links: {
    type: 'string',
    value: 'file|html|clean',
    default: 'file',
    about: 'Addresses of Markdown: start.md as it lies there, start.html, or start.',
  },
  model: {
    type: 'string',
    value: '<folder|name>',
    default: 'mvp-mini',
    about: 'The model that pages will rerank with.',
  },
  'words-only': { type: 'boolean', about: 'No embeddings: nothing is embedded.' },
  filters: {
    type: 'string',
    value: '<names>',
    default: DEFAULT_FILTERS.join(','),
    about: 'Fields of front matter, or names of <meta>, to filter by.',
  },
  'max-length': { type: 'string', value: '<n>', default: '700', about: 'Longest text of a section, in characters.' },
  credits: {
    type: 'string',
    value: '<file>',
    about: 'JSON list of {name, version?, licence?, licenceText?, url?}, to be shown.',
  },
  anew: { type: 'boolean', about: 'Take nothing over from the index that is there.' },
} as const

const command = {
  name: 'index',
  summary: 'Make the search index of a site, from Markdown or from its built HTML.',
  usage: '<folder|file|glob> --out <folder> [options]',
  options,
  details: `
Reads .md, .mdx and .markdown (front matter, GitHub flavour) and .html (the main content). Sections begin at headings; their addresses end in GitHub's
anchors, or in the page's own ids. Pages with \`draft: true\` or \`search: false\`, \`noindex\` or a redirect are left out; \`permalink\` gives an address.
Writes index.json, words-….bin and embeddings-….bin for visitors, and sources.json for the next run, which reads and embeds only what has changed.
Output: a JSON report. Warnings, as file:line: message, go to stderr; what they are about is left out or read as well as it can be.

Exit code: 0 written; 1 failed, with the index that was there left as it was; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank index docs --links clean --base / --out public/search',
    'mvp-rerank index dist --base / --out dist/search',
    "mvp-rerank index 'docs/**/*.md' --out search --words-only",
  ],
  run: async () => 0 as const,
}

/** `mvp-rerank index`: progress and warnings on stderr, a JSON report on stdout. */
export async function indexCommand(argv: string[], { signal }: CommandContext): Promise<ExitCode> {
  if (argv.includes('--help') || argv.includes('-h')) {
    await print(renderHelp(command))
    return 0
  }
  const { values, source } = parse(argv)
  const { out, base = '', links = 'file', model = 'mvp-mini', filters } = values
  if (out === undefined) throw usageError('--out is missing', 'index')
  const urls = { base, links: oneOf<MarkdownLinks>('index', 'links', links, ['file', 'html', 'clean']) }
  const maxLength = wholeNumber('index', 'max-length', values['max-length'] ?? '700', 100)
  const credits = values.credits === undefined ? [] : await readCredits(values.credits)
  const embedder = values['words-only'] ? undefined : await openEmbedder(model, signal)
  try {
    const report = await buildIndex({
      sources: [{ from: source, urls }],
      out,
      embedder,
      maxLength,
      credits,
      ...(filters === undefined ? {} : { filters: filters.split(',').map(name => name.trim()) }),
      anew: values.anew ?? false,
      onWarning: showWarning,
      onProgress: show,
      signal,
    })
    progress.clear()
    await print(`${JSON.stringify(report, null, 2)}\n`)
    return 0
  } finally {
    progress.clear()
    await embedder?.dispose()
  }
}

function parse(argv: string[]) {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true })
  } catch (cause) {
    throw usageError((cause as Error).message, 'index', cause)
  }
  const [source, ...more] = parsed.positionals
  if (source === undefined) throw usageError('the folder, file or glob is missing', 'index')
  if (more.length > 0) {
    throw usageError(`one folder or glob is expected, not ${parsed.positionals.length}: quote the glob`, 'index')
  }
  return { values: parsed.values, source }
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

function show({ phase, done, total }: BuildProgress): void {
  progress.update(phase === 'read' ? `Reading ${done} of ${total} files` : `Embedding ${done} of ${total} sections`)
}
