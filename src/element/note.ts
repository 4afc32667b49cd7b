import type { ModelState } from './modelLoader.js'
import type { SearchState } from './searchState.js'
import type { Strings } from './strings/index.js'

/** The line below the results: how they are ordered, and why. */
export interface Note {
  text: string
  /** 0 to 1; absent if there is nothing to wait for. */
  progress?: number
  /** Action of the note's button: load the model, or show the order that was held back. */
  offer?: 'load' | 'order'
}

export function noteOf(search: SearchState, model: ModelState, strings: Strings): Note {
  if (search.phase === 'idle' || search.results.length === 0) return { text: '' }
  if (search.betterHeld && search.phase === 'ranked') return { text: strings.offer, offer: 'order' }
  switch (model.phase) {
    case 'none':
      return { text: strings.found(search.total) }
    case 'waiting':
      return { text: strings.byWords, offer: 'load' }
    case 'saving':
      return { text: strings.savingData, offer: 'load' }
    case 'loading': {
      const { progress } = model
      if (progress?.phase !== 'download' || progress.total === 0) return { text: strings.loading(undefined) }
      const share = progress.loaded / progress.total
      return { text: strings.loading(Math.floor(100 * share)), progress: share }
    }
    case 'failed':
      return { text: strings.modelFailed, offer: 'load' }
    case 'ready':
      return noteOfRanking(search, strings)
  }
}

function noteOfRanking({ phase, read, toRead, took, unread, byMeaning }: SearchState, strings: Strings): Note {
  switch (phase) {
    case 'reading':
      return { text: strings.reading(read, toRead), progress: toRead > 0 ? read / toRead : 0 }
    case 'ranked':
      return { text: strings.ranked(toRead, took) }
    case 'stopped':
      return { text: strings.rankingStopped }
    default:
      return { text: unread ? strings.notRead : byMeaning ? strings.byMeaning : strings.byWords }
  }
}
