/** Hugo: `{{< figure title="x" >}}`, `{{% notice %}}`. A commented one is shown as text. */
const HUGO = /\{\{([<%])([\s\S]*?)[%>]\}\}/g
/** Inside a shortcode: the start of a comment, the slash of a closing tag, the name and the rest. */
const SHORTCODE = /^\s*(\/\*)?\s*(\/?)\s*([\w/.-]*)([\s\S]*)$/
/** Jekyll, Hexo, GitBook: `{% hint style="info" %}`. */
const LIQUID = /\{%-?\s*(\w*)([^{}]*?)-?%\}/g
/** A value that the generator fills in: `{{ page.title }}`, mdBook's `{{#title x}}`. */
const VALUE = /\{\{-?\s*(?:#\w+\s[^{}]*|[\w$][\w.$[\]'"-]*(?:\s*\|[^{}]*)?)\s*-?\}\}/g
/** Attributes after a link, an image or code: `{ .md-button }`, `{:target="_blank"}`. */
const ATTRIBUTES = /(?<=[)\]`])\{:?\s*[.#:][^{}\n]*\}|(?<=[)\]`])\{:\s*[^{}\n]*\}/g
const FOOTNOTE = /(?<=\S)\[\^[\w-]+\](?!:)/g
const FOOTNOTE_TEXT = /^\s*\[\^[\w-]+\]:\s*/
const ABBREVIATION = /^\*\[[^\]]+\]:.*$/
const WIKI_LINK = /(?<!!)\[\[(?:[^\]|\n]+\|)?([^\]|\n]+)\]\](?!\()/g

/** Attributes whose text is shown. */
const SHOWN = /\b(?:title|caption|label|header|summary|text|name|tabName)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
/** Shortcodes whose first quoted text is shown. */
const TITLED = /^(?:tab|expand|details|admonition|notice|panel|step|card|button|alert|hint|note|tip|warning|info)$/

/** Removes shortcodes and Liquid from a line but keeps their titles. Code in backticks stays as it is. */
export function shownOf(line: string): string {
  if (!/[[{*]/.test(line)) return line
  return line
    .replace(ABBREVIATION, '')
    .replace(FOOTNOTE_TEXT, '')
    .split(/(`+[^`]*`+)/)
    .map((piece, i) => (i % 2 === 1 ? piece : outsideCode(piece)))
    .join('')
}

function outsideCode(text: string): string {
  return text
    .replace(HUGO, (_, mark: string, inside: string) => {
      const [, comment, closing, name = '', end = ''] = SHORTCODE.exec(inside)!
      const rest = end.trimEnd().replace(/\*\/$/, '').trimEnd()
      if (comment) return `{{${mark} ${closing}${name}${rest} ${mark === '<' ? '>' : '%'}}}`
      return closing === '' ? titlesOf(name, rest) : ''
    })
    .replace(LIQUID, (_, name: string, rest: string) => titlesOf(name, rest))
    .replace(VALUE, '')
    .replace(ATTRIBUTES, '')
    .replace(FOOTNOTE, '')
    .replace(WIKI_LINK, '$1')
}

function titlesOf(name: string, attributes: string): string {
  const titles = [...attributes.matchAll(SHOWN)].map(([, double, single]) => double ?? single!)
  const [, first] = (TITLED.test(name) && /^\s*(?:\w+\s+)?"([^"=]+)"/.exec(attributes)) || []
  return [...(first === undefined ? [] : [first]), ...titles].join(' ')
}
