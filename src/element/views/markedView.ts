import { html, nothing, type TemplateResult } from 'lit'
import type { MarkedText, Segment } from '../segments.js'

export function segmentsView(segments: readonly Segment[]): (TemplateResult | string)[] {
  return segments.map(({ text, word }) => (word ? html`<mark part="mark">${text}</mark>` : text))
}

export function markedView({ before, sentence, after }: MarkedText): TemplateResult {
  const inner = segmentsView(sentence)
  return html`${segmentsView(before)}${inner.length > 0 ? html`<span class="sentence" part="sentence">${inner}</span>` : nothing}${segmentsView(after)}`
}
