import type { ModelState } from './modelLoader.js'
import type { SearchState } from './searchState.js'
import type { Strings } from './strings/index.js'

/** The line below the results: how they are ordered, and why. Without a query: where it goes, and the model's state. */
export interface Note {
  text: string
  /** 0 to 1; absent if there is nothing to wait for. */
  progress?: number
  /** Action of the note's button: load the model, or show the order that was held back. */
  offer?: 'load' | 'order'
}

/** @param idle what the line begins with while there is no query; undefined: it is empty then */
export function noteOf(search: SearchState, model: ModelState, strings: Strings, idle?: string): Note {
  const isIdle = search.phase === 'idle'
  if (isIdle ? idle === undefined : search.results.length === 0) return { text: '' }
  const told = (text: string) => [isIdle ? idle : strings.byWords, text].filter(Boolean).join(' · ')
  if (search.betterHeld && search.phase === 'ranked') return { text: strings.offer, offer: 'order' }
  switch (model.phase) {
    case 'none':
      return { text: isIdle ? told('') : strings.found(search.total) }
    case 'waiting':
      return { text: told(''), offer: 'load' }
    case 'saving':
      return { text: told(strings.savingData), offer: 'load' }
    case 'loading': {
      const { progress } = model
      if (progress?.phase !== 'download' || progress.total === 0) return { text: told(strings.loading(undefined)) }
      const share = progress.loaded / progress.total
      return { text: told(strings.loading(Math.floor(100 * share))), progress: share }
    }
    case 'failed':
      return { text: told(strings.modelFailed), offer: 'load' }
    case 'ready':
      return isIdle ? { text: told(strings.ready) } : noteOfRanking(search, strings)
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
