import { shownOf } from './shortcodes.js'

/** Opens or closes an admonition or another container: `:::tip My tip`, `:::{admonition} Careful`, `:::`. */
const CONTAINER = /^\s*:{3,}\s*(?:\{[\w-]+\}|[\w-]+)?\s*(?:\[(?<bracketed>.*)\]|(?<title>[^{]*?))?\s*(?:\{.*\})?\s*$/
const OPTION = /^\s*:[\w-]+:.*$/
const FENCE = /^\s*(`{3,}|~{3,})/
/** MyST: `{ref}` before a text in backticks. */
const ROLE = /\{[a-z][\w:+-]*\}(?=`)/g
const LABEL = /^\([\w:.-]+\)=\s*$/
/** MkDocs: an admonition or a tab. Its text is indented. */
const INDENTED = /^(\s*)(?:!!!|\?\?\?\+?|={3}[!+]*)[\w\s-]*(?:"(.*)"\s*)?$/
/** GitHub's and Obsidian's alerts. */
const ALERT = /^(\s*(?:>\s*)+)\[![\w-]+\][-+]?\s*/
/** Kramdown: attributes of the preceding line. */
const ATTRIBUTES = /^\s*\{:{1,2}(?!\s*toc\b)([^{}]*)\}\s*$/
const CONTENTS = /^\s*(?:\[\[?_?toc_?\]?\]|\{:\s*toc.*\}|[*-]\s+toc)\s*$/i
/** Tags around code in Hugo, Jekyll and Hexo. */
const CODE_BEGIN =
  /^\s*(?:\{\{[<%]\s*highlight\s+"?([\w+#-]*)"?.*?[%>]\}\}|\{%-?\s*(?:highlight|codeblock)\s*([\w+#-]*).*?%\})\s*$/
const CODE_END = /^\s*(?:\{\{[<%]\s*\/\s*highlight\s*[%>]\}\}|\{%-?\s*end(?:highlight|codeblock)\s*-?%\})\s*$/
/** The fence that replaces such tags, longer than any fence in the code. */
const TAG_FENCE = '`'.repeat(16)
/** The indentation within a container of MkDocs. */
const INDENT = 4

/**
 * Removes directives, which are not Markdown, and keeps their texts: admonitions and tabs of Docusaurus, VitePress,
 * Starlight, MkDocs and MyST, MyST's roles, shortcodes and Liquid. Each line keeps its place, so that warnings name the
 * right one.
 */
export function withoutDirectives(markdown: string): string {
  const isMyst = /\{[a-z][\w:+-]*\}`|^(?:`{3,}|:{3,})\{/m.test(markdown)
  const indents: number[] = []
  const out: string[] = []
  let fence = ''
  let afterOpening = false
  for (const whole of markdown.split('\n')) {
    const leading = /^ */.exec(whole)![0].length
    while (fence === '' && whole.trim() !== '' && indents.length > 0 && leading < indents.at(-1)!) indents.pop()
    const line = indents.length === 0 ? whole : whole.slice(Math.min(leading, indents.at(-1)!))
    out.push(shown(line))
  }
  return out.join('\n')

  function shown(line: string): string {
    const mark = FENCE.exec(line)?.[1]
    // Code may stand in an item of a list, which less indented fences would end.
    const indentation = /^\s*/.exec(line)![0]
    if (fence !== '') {
      // Code ends as it began: code in a fence may show tags, and code in tags may show a fence.
      const isTagged = fence === TAG_FENCE
      const ends = isTagged ? CODE_END.test(line) : mark?.startsWith(fence) && line.trim() === mark
      if (!ends) return line
      fence = ''
      return isTagged ? indentation + TAG_FENCE : line
    }
    const tagged = CODE_BEGIN.exec(line)
    if (tagged) {
      fence = TAG_FENCE
      return indentation + TAG_FENCE + (tagged[1] ?? tagged[2] ?? '')
    }
    if (mark !== undefined) {
      fence = mark
      return line
    }
    const indented = INDENTED.exec(line)
    if (indented) {
      indents.push((indents.at(-1) ?? 0) + indented[1]!.length + INDENT)
      return indented[2] ?? ''
    }
    // On long runs of spaces, the pattern would take very long.
    const container = CONTAINER.exec(line.replace(/\s+/g, ' '))?.groups
    const isOption = afterOpening && OPTION.test(line)
    afterOpening = container !== undefined || isOption
    if (container) return (container.bracketed ?? container.title ?? '').trim()
    if (isOption || CONTENTS.test(line) || (isMyst && (LABEL.test(line) || line.startsWith('% ')))) return ''
    const attributes = ATTRIBUTES.exec(line)?.[1]
    if (attributes !== undefined) {
      const id = /#([\w:.-]+)/.exec(attributes)?.[1]
      // The id of a heading may stand on the line after it.
      if (id !== undefined && /^#{1,6}\s/.test(out.at(-1) ?? '')) out.push(`${out.pop()} {#${id}}`)
      return ''
    }
    const text = shownOf(line.replace(ALERT, '$1'))
    return isMyst ? text.replace(ROLE, '') : text
  }
}
