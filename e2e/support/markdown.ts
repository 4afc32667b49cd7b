import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CodeBlock {
  language: string
  code: string
  /** The heading above it. */
  heading: string
}

/** The fenced blocks of a Markdown file that name their language, in order; those of a list without its indentation. */
export function codeBlocks(file: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let heading = ''
  let indentation = 0
  let open: CodeBlock | undefined
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const fence = /^( *)```(\w*)$/.exec(line)
    if (!fence) {
      if (open) open.code += `${line.slice(indentation)}\n`
      else if (line.startsWith('#')) heading = line.replace(/^#+\s*/, '')
    } else if (open) {
      if (open.language) blocks.push(open)
      open = undefined
    } else {
      open = { language: fence[2]!, code: '', heading }
      indentation = fence[1]!.length
    }
  }
  return blocks
}

/** The targets of the links of a Markdown file, without those in code. */
export function links(file: string): string[] {
  const text = readFileSync(file, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`(?!\])/g, '')
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)|(?:src|href)="([^"]+)"/g)].map(match => (match[1] ?? match[2])!)
}

/** The files that a Markdown file links to, relative to it. */
export function localLinks(file: string): string[] {
  const local = links(file).filter(link => !/^([a-z]+:|\/|#)/.test(link))
  return [...new Set(local.map(link => decodeURIComponent(link.split('#')[0]!)))]
}

/** The fragments that links can use: GitHub's slugs of the headings. */
export function anchors(file: string): Set<string> {
  const text = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  const slugs = [...text.matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
  return new Set(slugs)
}

const NOT_OURS = new Set(['node_modules', 'golden', 'dist', 'dist-site', 'test-results', 'public'])

/** All of the project's own, below a folder. */
export function markdownFiles(folder = '.'): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    // Test data is not documentation.
    if (path === join('test', 'cases')) return []
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}
