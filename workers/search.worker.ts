import { expose, releaseProxy } from 'comlink'
import { carryErrors } from '../src/client/carryErrors.js'
import { holdLock } from '../src/runtime/holdLock.js'
import { SearchSession } from '../src/search/searchSession.js'
import type { SearchService } from './searchProtocol.js'

const session = new SearchSession()

carryErrors()
expose({
  open: async (url, onProgress) => {
    try {
      return await session.open(url, onProgress)
    } finally {
      ;(onProgress as typeof onProgress & { [releaseProxy]?: () => void })[releaseProxy]?.()
    }
  },
  query: (text, options) => session.query(text, options),
  sections: async ids => session.sections(ids),
  live: holdLock,
} satisfies SearchService)
