/** Hugo: `{{< figure title="x" >}}`, `{{% notice %}}`; commented out, it is shown. */
const HUGO = /\{\{([<%])([\s\S]*?)[%>]\}\}/g
/** Within it: the beginning of a comment, the slash of a closing tag, the name, and the rest. */
const SHORTCODE = /^\s*(\/\*)?\s*(\/?)\s*([\w/.-]*)([\s\S]*)$/
/** Jekyll, Hexo, GitBook: `{% hint style="info" %}`. */
const LIQUID = /\{%-?\s*(\w*)([^{}]*?)-?%\}/g
/** A value put in by a generator: `{{ page.title }}`, mdBook's `{{#title x}}`. */
const VALUE = /\{\{-?\s*(?:#\w+\s[^{}]*|[\w$][\w.$[\]'"-]*(?:\s*\|[^{}]*)?)\s*-?\}\}/g
/** Attributes after a link, an image or code: `{ .md-button }`, `{:target="_blank"}`. */
const ATTRIBUTES = /(?<=[)\]`])\{:?\s*[.#:][^{}\n]*\}|(?<=[)\]`])\{:\s*[^{}\n]*\}/g
const FOOTNOTE = /(?<=\S)\[\^[\w-]+\](?!:)/g
const FOOTNOTE_TEXT = /^\s*\[\^[\w-]+\]:\s*/
const ABBREVIATION = /^\*\[[^\]]+\]:.*$/
const WIKI_LINK = /(?<!!)\[\[(?:[^\]|\n]+\|)?([^\]|\n]+)\]\](?!\()/g

/** Attributes with a text that is shown. */
const SHOWN = /\b(?:title|caption|label|header|summary|text|name|tabName)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
/** Shortcodes whose first word in quotes is shown. */
const TITLED = /^(?:tab|expand|details|admonition|notice|panel|step|card|button|alert|hint|note|tip|warning|info)$/

/** A line without shortcodes and Liquid; the titles in them stay. Code in back quotes is left as it is. */
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
      if (comment) return `{{${mark} ${name}${rest} ${mark === '<' ? '>' : '%'}}}`
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
