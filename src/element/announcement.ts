import type { SearchBox } from './searchBox.js'
import { readable } from './segments.js'
import type { Strings } from './strings/index.js'

/**
 * The message that tells a screen reader the state of a search. Empty while the search runs and while the active row is
 * read out.
 */
export function announcementOf({ query, state, items, active, model }: SearchBox, strings: Strings): string {
  if (query === '') return ''
  if (state.betterHeld && state.phase === 'ranked') return strings.announceOffer
  if (active.id !== undefined) return ''
  const count = items.filter(item => !('more' in item)).length
  switch (state.phase) {
    case 'words':
      if (state.results.length > 0) return `${correction()}${strings.found(count)}`
      return model.state.phase === 'ready' && !state.unread ? '' : nothingFound()
    case 'ranked': {
      const first = state.results[0]
      if (!first) return nothingFound()
      if (state.unanswered) return `${strings.nearest} ${strings.found(count)}`
      return (
        correction() + strings.announceRanked(count, readable(first.candidate.path.at(-1) ?? first.candidate.title))
      )
    }
    case 'stopped':
      return state.results.length > 0 ? strings.found(count) : strings.indexFailed
    default:
      return ''
  }

  function correction(): string {
    return state.corrected === undefined ? '' : `${strings.resultsFor(readable(state.corrected))}. `
  }

  function nothingFound(): string {
    const next = count > 0 ? `${strings.didYouMean} ${state.suggestions.join(', ')}?` : strings.nothingHint
    return `${strings.nothing(readable(query))}. ${next}`
  }
}
