import { html, nothing, type TemplateResult } from 'lit'
import type { FacetValue } from '../../api/search.js'
import type { Filters } from '../searchState.js'
import { readable } from '../segments.js'
import type { Strings } from '../strings/index.js'
import { cross } from './icons.js'

/** A select for each filter with several values, and a button that leaves the values that the page chose. */
export function filtersView(
  facets: Record<string, FacetValue[]>,
  chosen: Filters,
  context: Filters,
  strings: Strings,
  onChange: (name: string, value: string) => void,
  onLeave: (name: string) => void,
): TemplateResult | typeof nothing {
  const names = Object.keys(facets).filter(
    name => facets[name]!.length > 1 || chosen[name]?.length || context[name]?.length,
  )
  if (names.length === 0) return nothing
  return html`
    <div class="filters" part="filters" role="group" aria-label=${strings.filters}>
      ${names.map(name => {
        const [value = ''] = chosen[name] ?? []
        const values = facets[name]!
        const own = context[name]
        // The page's own value. One press leaves it, and the select of all values takes its place.
        if (own) {
          return html`
            <button class="context" part="context" type="button" title=${strings.everywhere} @click=${() => onLeave(name)}>
              ${strings.filterName(readable(name))}: ${readable(own.join(', '))} ${cross}
            </button>
          `
        }
        // A chosen value stays in the select even if it finds nothing now.
        const shown =
          value === '' || values.some(facet => facet.value === value) ? values : [{ value, count: 0 }, ...values]
        return html`
          <select
            part="filter"
            class=${value === '' ? '' : 'chosen'}
            aria-label=${strings.filterName(readable(name))}
            @change=${(event: Event) => onChange(name, (event.target as HTMLSelectElement).value)}
          >
            <option value="" .selected=${value === ''}>${strings.any(readable(name))}</option>
            ${shown.map(facet => html`<option value=${facet.value} .selected=${facet.value === value}>${readable(facet.value)} (${facet.count})</option>`)}
          </select>
        `
      })}
    </div>
  `
}
