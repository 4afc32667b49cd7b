import GithubSlugger, { slug } from 'github-slugger'
import { Lexer, type Token, type Tokens } from 'marked'
import { withoutDirectives } from './directives.js'
import { type FrontMatter, takeFrontMatter } from './frontMatter.js'
import { blocksOf, htmlParts, inlineText } from './markdownText.js'
import type { Heading, Page, PageOptions, Part } from './page.js'
import { toSections } from './toSections.js'

/** Fields by which generators keep a page out of a site or of its search. */
const UNPUBLISHED = [
  ['draft', true],
  ['published', false],
  ['unlisted', true],
  ['search', false],
  ['pagefind', false],
] as const

/** `## Heading {#own-id}`, `{: #own-id }` and `{#own-id .class}`, as documentation generators read it. */
const OWN_ID = /\s*\{:?\s*#([\w:.-]+)[^{}]*\}\s*$/
/** `## Heading {/* #own-id *\/}` in MDX. */
const COMMENTED_ID = /\{\/\*\s*#([\w:.-]+)\s*\*\/\}\s*$/

/**
 * Reads a Markdown file; sections begin at its headings, not at lines in code, comments or front matter that look like
 * one. Headings within quotes and lists stay part of the text around them, but count for the numbering of repeated
 * anchors, as on GitHub.
 * @returns undefined for a draft, or a page with `search: false`
 */
export function readMarkdown(markdown: string, options: PageOptions & { mdx?: boolean }): Page | undefined {
  const { fallbackTitle, maxLength, warn, mdx = false } = options
  const matter = takeFrontMatter(markdown, warn)
  if (UNPUBLISHED.some(([field, value]) => matter.is(field, value))) return undefined
  const slugger = new GithubSlugger()
  const parts: Part[] = []
  const ownIds = new Set<string>()
  /** `<h1>`: the title of a page that has none in Markdown, else a banner. */
  const bannerTitles = new Set<Heading>()
  let line = matter.lines + 1
  for (const token of new Lexer({ gfm: true }).lex(withoutDirectives(matter.body))) {
    if (token.type === 'heading') {
      const { depth, tokens } = token as Tokens.Heading
      const shown = inlineText(tokens, mdx).trim()
      const ownId = (OWN_ID.exec(shown) ?? ((mdx && COMMENTED_ID.exec(token.raw.trimEnd())) || undefined))?.[1]
      const text = shown.replace(OWN_ID, '')
      if (ownId !== undefined && ownIds.has(ownId)) {
        warn(`the id "${ownId}" is there already; links to it lead to the first`, line)
      }
      if (ownId !== undefined) ownIds.add(ownId)
      const anchor = ownId ?? slugger.slug(text)
      // Text under an empty heading belongs to the section before it.
      if (text !== '') parts.push({ heading: { depth, text, anchor } })
    } else if (token.type === 'html') {
      for (const part of htmlParts(token.text, mdx)) {
        if ('block' in part) {
          parts.push(part)
          continue
        }
        const heading = { ...part.heading, anchor: part.heading.anchor || slugger.slug(part.heading.text) }
        if (heading.depth === 1) bannerTitles.add(heading)
        parts.push({ heading })
      }
    } else {
      for (const nested of headingsWithin(token)) slugger.slug(inlineText(nested.tokens).trim())
      if (!mdx || !isModuleCode(token)) parts.push(...blocksOf([token], mdx).map(block => ({ block })))
    }
    line += token.raw.split('\n').length - 1
  }
  const [stated] = matter.texts('title')
  const headings = parts.flatMap(part => ('heading' in part ? [part.heading] : []))
  const own = headings.filter(heading => !bannerTitles.has(heading))
  const first =
    own.find(({ depth, text }) => depth === 1 || slug(text) === slug(fallbackTitle)) ??
    headings.find(({ depth }) => depth === 1)
  const title = stated ?? first?.text ?? fallbackTitle
  const [permalink] = [...matter.texts('permalink'), ...matter.texts('slug').filter(path => path.startsWith('/'))]
  return {
    title,
    sections: toSections(
      parts.filter(part => !('heading' in part && bannerTitles.has(part.heading) && part.heading !== first)),
      (heading, isFirst) => (stated === undefined ? heading === first : heading.text === title && isFirst),
      maxLength,
    ),
    filters: Object.fromEntries(
      options.filters.flatMap(name => {
        const values = matter.texts(name)
        const kept = values.length === 0 && name === 'language' ? matter.texts('lang') : values
        return kept.length > 0 ? [[name, kept]] : []
      }),
    ),
    ...(permalink === undefined ? {} : { permalink }),
    ...languageIn(matter),
  }
}

function languageIn(matter: FrontMatter): { language?: string } {
  const [language] = [...matter.texts('lang'), ...matter.texts('language'), ...matter.texts('locale')]
  return language === undefined ? {} : { language }
}

/** MDX: removes imports and exports. */
function isModuleCode({ type, raw }: Token): boolean {
  return type === 'paragraph' && /^(?:import\s+(?:[\w*{]|['"])|export\s+(?:const|let|default|function|\{))/.test(raw)
}

function headingsWithin(token: Token): Tokens.Heading[] {
  const { items, tokens } = token as Tokens.Generic
  const children: Token[] = items ?? tokens ?? []
  return children.flatMap(child => (child.type === 'heading' ? [child as Tokens.Heading] : headingsWithin(child)))
}
