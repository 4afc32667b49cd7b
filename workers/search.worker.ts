import { expose } from 'comlink'
import type { SearchProgress } from '../src/api/search.js'
import { SearchSession } from '../src/search/searchService.js'
import { carryOneWay, hangUp, type OneWay } from '../src/threads/callbackTransfer.js'
import { carryErrors } from '../src/threads/errorTransfer.js'
import { holdLock } from '../src/threads/holdLock.js'
import type { SearchService } from '../src/threads/searchProtocol.js'

const session = new SearchSession()

carryErrors()
carryOneWay()
expose({
  open: async (url, onProgress) => {
    try {
      return await session.open(url, onProgress)
    } finally {
      ;(onProgress as OneWay<SearchProgress>)[hangUp]?.()
    }
  },
  query: (text, options) => session.query(text, options),
  sections: async ids => session.sections(ids),
  live: holdLock,
} satisfies SearchService)
