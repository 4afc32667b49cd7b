import { html, nothing, type TemplateResult } from 'lit'
import { excerptOf } from '../excerpt.js'
import { explain, type ListState } from '../explanation.js'
import type { Result } from '../result.js'
import { safeUrl } from '../safeUrl.js'
import { type MarkedText, markText, markWords, readable, type Segment } from '../segments.js'
import type { Strings } from '../strings/index.js'
import { explanationView } from './explanationView.js'
import { question } from './icons.js'

export interface ResultViewOptions {
  strings: Strings
  /** The URL that relative URLs of the index are relative to. */
  base: string
  /** Index of the row's active cell: 0 the result, 1 its question mark. */
  activeCell: number | undefined
  /** Its place in the list, from 0; Infinity while words alone order the list. */
  place: number
  /** Whether it stands below another section of its page. */
  follows: boolean
  explained: boolean
  list: ListState
  onFollow: (event: MouseEvent, result: Result, url: string) => void
  onExplain: (result: Result) => void
}

/** One result. It is a row of a grid, so that a screen reader reaches both its link and its button. */
export function resultView(id: string, result: Result, options: ResultViewOptions): TemplateResult {
  const { candidate } = result
  const { strings, base, activeCell, follows, place, explained, list, onFollow, onExplain } = options
  const rank = candidate.words?.rank ?? 0
  const terms = new Set(candidate.terms)
  const title = candidate.path.at(-1) ?? candidate.title
  const url = safeUrl(candidate.url, base)
  const where = [...(candidate.crumbs ?? []), ...candidate.path.slice(0, -1)].join(' › ')
  const shown = excerptOf(candidate.text, terms, result.sentence)
  const content = html`
    <span class="head">
      <span class="title" part="title" dir="auto">${segmentsView(markWords(title, terms))}</span>
      <span class="source" part="source">${rank > place ? strings.climbed(rank + 1) : strings.source[candidate.source]}</span>
    </span>
    <span class="path" part="path" dir="auto">${segmentsView(markWords(where, terms))}</span>
    <span class="passage" part="passage" dir="auto"
      >${shown.start > 0 ? '… ' : nothing}${markedTextView(markText(candidate.text, shown, terms, result.sentence, candidate.code, explained ? result.met : []))}</span
    >
  `
  return html`
    <div class="row ${follows ? 'follows' : ''}" role="row" part="row" id=${id}>
      <div class="cell" role="gridcell" id="${id}-0" aria-selected=${activeCell === 0}>
        ${
          url
            ? html`<a class="link" part="link" href=${url} tabindex="-1" @click=${(event: MouseEvent) => onFollow(event, result, url)}>${content}</a>`
            : html`<div class="link">${content}</div>`
        }
      </div>
      <div class="side" role="gridcell" id="${id}-1" aria-selected=${activeCell === 1}>
        <button
          class="icon"
          part="why-button"
          type="button"
          tabindex="-1"
          title=${strings.why}
          aria-label=${strings.whyOf(readable(title))}
          aria-expanded=${explained}
          @click=${() => onExplain(result)}
        >
          ${question}
        </button>
      </div>
    </div>
    ${
      explained
        ? html`<div role="row"><div class="why" part="why" role="gridcell" id="${id}-why">${explanationView(explain(result, strings, list), strings.figures)}</div></div>`
        : nothing
    }
  `
}

function segmentsView(segments: readonly Segment[]): (TemplateResult | string)[] {
  return segments.map(({ text, word, code, met }) => {
    const marked = word ? html`<mark part="mark">${text}</mark>` : text
    const shown = met ? html`<u part="met" title=${met}>${marked}</u>` : marked
    return code ? html`<code part="code">${shown}</code>` : shown
  })
}

function markedTextView({ before, sentence, after }: MarkedText): TemplateResult {
  const inner = segmentsView(sentence)
  const marked = inner.length > 0 ? html`<span class="sentence" part="sentence">${inner}</span>` : nothing
  return html`${segmentsView(before)}${marked}${segmentsView(after)}`
}
