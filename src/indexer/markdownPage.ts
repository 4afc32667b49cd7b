import GithubSlugger, { slug } from 'github-slugger'
import { Lexer, type Token, type Tokens } from 'marked'
import { withoutDirectives } from './directives.js'
import { type FrontMatter, takeFrontMatter } from './frontMatter.js'
import { withIncludes } from './includes.js'
import { blocksOf, htmlParts, inlineText } from './markdownText.js'
import type { Heading, Page, PageOptions, Part, Warn } from './page.js'
import { permalinkOf } from './permalink.js'
import { keptOut } from './publication.js'
import { toSections } from './toSections.js'

/** Attributes after a heading's text: `{#id}`, `{: #id }`, `{#id .class key="x"}`, `{.unnumbered}`, `{-}`. */
const ATTRIBUTE = String.raw`[#.][\w:.-]+|[\w-]+=(?:"[^"]*"|'[^']*'|“[^”]*”|[^\s{}"']+)|-`
const ATTRIBUTES = new RegExp(String.raw`\s*\{:?\s*((?:${ATTRIBUTE})(?:\s+(?:${ATTRIBUTE}))*)\s*\}\s*$`)
/** `## Heading {/* #own-id *\/}` in MDX. */
const COMMENTED_ID = /\{\/\*\s*#([\w:.-]+)\s*\*\/\}\s*$/

/**
 * Reads a Markdown file. Sections begin at its headings, not at lines in code, comments or front matter that look like
 * headings. Headings within quotes and lists stay part of the text around them. They count when repeated anchors are
 * numbered, as on GitHub.
 * @returns undefined for a draft, or a page with `search: false`
 */
export function readMarkdown(markdown: string, options: PageOptions & { mdx?: boolean }): Page | undefined {
  const { fallbackTitle, maxLength, mdx = false, file = '', include } = options
  const matter = takeFrontMatter(markdown, options.warn)
  const out = keptOut(matter, file, options.onDependence)
  if (out?.note) options.warn(`left out: ${out.note}`, 1)
  if (out) return undefined
  const lines = withIncludes(matter.body, file, include)
  const warn: Warn = (message, line) =>
    options.warn(message, line === undefined ? undefined : matter.lines + (lines[line - 1]?.line ?? line))
  const slugger = new GithubSlugger()
  const parts: Part[] = []
  const ownIds = new Set<string>()
  /** Headings in `<h1>`. One is the title of a page without a title in Markdown; else they are banners. */
  const bannerTitles = new Set<Heading>()
  let line = 1
  const text = withoutDirectives(lines.map(({ text }) => text).join('\n'))
  for (const token of new Lexer({ gfm: true }).lex(text)) {
    if (token.type === 'heading') {
      const { depth, tokens } = token as Tokens.Heading
      const shown = inlineText(tokens, mdx).trim()
      const ownId = ownIdOf(shown, mdx ? token.raw.trimEnd() : '')
      const text = shown.replace(ATTRIBUTES, '').replace(/\s#+$/, '')
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
    ...permalinkOf(matter, file),
    ...languageIn(matter),
  }
}

function languageIn(matter: FrontMatter): { language?: string } {
  const [language] = [...matter.texts('lang'), ...matter.texts('language'), ...matter.texts('locale')]
  return language === undefined ? {} : { language }
}

/** A heading's own id, as documentation generators read it. */
function ownIdOf(shown: string, raw: string): string | undefined {
  const attributes = ATTRIBUTES.exec(shown)?.[1]
  const stated = attributes && /(?:^|\s)(?:#|id=["'“]?)([\w:.-]+)/.exec(attributes)?.[1]
  return stated || COMMENTED_ID.exec(raw)?.[1]
}

/** Whether a token of MDX is an import or export. */
function isModuleCode({ type, raw }: Token): boolean {
  return type === 'paragraph' && /^(?:import\s+(?:[\w*{]|['"])|export\s+(?:const|let|default|function|\{))/.test(raw)
}

function headingsWithin(token: Token): Tokens.Heading[] {
  const { items, tokens } = token as Tokens.Generic
  const children: Token[] = items ?? tokens ?? []
  return children.flatMap(child => (child.type === 'heading' ? [child as Tokens.Heading] : headingsWithin(child)))
}
