/** Opens or closes an admonition or another container: `:::tip My tip`, `:::{admonition} Careful`, `:::`. */
const CONTAINER = /^\s*:{3,}\s*(?:\{[\w-]+\}|[\w-]+)?\s*(?:\[(?<bracketed>.*)\]|(?<title>[^{]*?))?\s*(?:\{.*\})?\s*$/
const OPTION = /^\s*:[\w-]+:.*$/
const FENCE = /^\s*(`{3,}|~{3,})/
/** MyST: `{ref}` before a text in back quotes. */
const ROLE = /\{[a-z][\w:+-]*\}(?=`)/g
const LABEL = /^\([\w:.-]+\)=\s*$/
const LIQUID = /^\s*\{%-?\s*(?:include|assign|capture|endcapture|comment|endcomment|raw|endraw)\b.*%\}\s*$/

/**
 * Leaves the texts of directives, which are no Markdown: of admonitions and tabs of Docusaurus, VitePress, Starlight and MyST, of its roles, and of Jekyll's includes. Each
 * line stays in its place, so that warnings name the right one.
 */
export function withoutDirectives(markdown: string): string {
  const isMyst = /\{[a-z][\w:+-]*\}`|^(?:`{3,}|:{3,})\{/m.test(markdown)
  let fence = ''
  let afterOpening = false
  return markdown
    .split('\n')
    .map(line => {
      const mark = FENCE.exec(line)?.[1]
      if (fence !== '') {
        if (mark?.startsWith(fence) && line.trim() === mark) fence = ''
        return line
      }
      if (mark !== undefined) {
        fence = mark
        return line
      }
      const container = CONTAINER.exec(line)?.groups
      const isOption = afterOpening && OPTION.test(line)
      afterOpening = container !== undefined || isOption
      if (container) return (container.bracketed ?? container.title ?? '').trim()
      if (isOption || LIQUID.test(line) || (isMyst && (LABEL.test(line) || line.startsWith('% ')))) return ''
      return isMyst ? line.replace(ROLE, '') : line
    })
    .join('\n')
}
