import { html, nothing, type TemplateResult } from 'lit'
import { readable } from '../segments.js'
import { cross } from './icons.js'

export interface QueryViewOptions {
  activeCell: number | undefined
  onChoose: (query: string) => void
  /** Name of the button's part. @default 'query' */
  part?: string
  /** A button that removes the query. */
  forget?: { label: string; act: (query: string) => void }
}

/** A query to choose: an earlier one or a suggestion. */
export function queryView(
  id: string,
  query: string,
  { activeCell, onChoose, part = 'query', forget }: QueryViewOptions,
): TemplateResult {
  return html`
    <div class="row simple" role="row" part="row" id=${id}>
      <div class="cell" role="gridcell" id="${id}-0" aria-selected=${activeCell === 0}>
        <button class="plain ${part}" part=${part} type="button" tabindex="-1" dir="auto" @click=${() => onChoose(query)}>
          ${readable(query)}
        </button>
      </div>
      ${
        forget
          ? html`<div class="side" role="gridcell" id="${id}-1" aria-selected=${activeCell === 1}>
              <button class="icon" type="button" tabindex="-1" aria-label=${forget.label} @click=${() => forget.act(query)}>
                ${cross}
              </button>
            </div>`
          : nothing
      }
    </div>
  `
}
