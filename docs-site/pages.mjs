/**
 * Writes the pages of the documentation site: the project's own Markdown, with its links turned into links between
 * pages. The site cannot show other files, so a link to one becomes plain text.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where the pages go. TypeDoc writes the API reference into the folder `api` there. */
export const PAGES = join(root, 'docs-site/.pages')

/** The name of each page, by the file that it shows. All of docs/ is here too, in lower case. */
const NAMES = {
  'README.md': 'index',
  'CHANGELOG.md': 'changelog',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security',
  'bench/NOTES.md': 'speed',
  'bench/RESULTS.md': 'results',
  'deploy/ray/README.md': 'ray',
  'docs-site/README.md': 'this-site',
  'models/README.md': 'model-format',
  'models/mvp-mini/README.md': 'mvp-mini',
  'models/oracles/README.md': 'oracles',
  'models/train/README.md': 'training',
  'packages/mcp/README.md': 'mcp',
}

/** The pages: the file of each, and its name. */
export const pages = new Map([
  ...Object.entries(NAMES),
  ...readdirSync(join(root, 'docs'))
    .filter(file => file.endsWith('.md'))
    .map(file => [`docs/${file}`, basename(file, '.md').toLowerCase()]),
])

const twice = [...pages.values()].filter((name, i, names) => names.indexOf(name) < i)
if (twice.length > 0) throw new Error(`Two documents have the page ${twice.join(', ')}.`)

const FENCE = /^(```|~~~)/
const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(<?([^)\s>]+)>?\)/g

export function writePages() {
  mkdirSync(join(PAGES, 'public'), { recursive: true })
  for (const [file, name] of pages) {
    writeFileSync(join(PAGES, `${name}.md`), toPage(file, readFileSync(join(root, file), 'utf8')))
  }
}

/** A file's text as a page. Code stays as it is. */
function toPage(file, text) {
  const paragraphs = []
  let prose = []
  let inCode = false
  const flush = () => {
    if (prose.length > 0) paragraphs.push(inCode ? prose.join('\n') : withLinks(file, prose.join('\n')))
    prose = []
  }
  for (const line of text.split('\n')) {
    if (!FENCE.test(line)) {
      prose.push(line)
      continue
    }
    if (inCode) prose.push(line)
    flush()
    inCode = !inCode
    if (inCode) prose.push(line)
  }
  flush()
  return paragraphs.join('\n')
}

function withLinks(file, text) {
  return text.replace(LINK, (link, image, label, target) => {
    if (/^(?:[a-z]+:|#|\/)/.test(target)) return link
    const [path, fragment] = target.split('#')
    const wanted = posix.normalize(posix.join(posix.dirname(file), decodeURIComponent(path)))
    if (image) return `![${label}](/${copyPicture(wanted)})`
    const readme = posix.join(wanted, 'README.md')
    const name = pages.get(wanted) ?? pages.get(readme)
    if (name !== undefined) return `[${label}](/${name}${fragment ? `#${fragment}` : ''})`
    return /\.(?:svg|gif|webp|png)$/.test(wanted)
      ? `<a href="/${copyPicture(wanted)}" target="_self">${label}</a>`
      : label
  })
}

/** Copies a picture beside the pages. @returns its name there */
function copyPicture(file) {
  const source = join(root, file)
  if (!existsSync(source)) throw new Error(`${file} does not exist.`)
  const target = join(PAGES, 'public', basename(file))
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(source, target)
  return basename(file)
}
