import { expose } from 'comlink'
import { carryErrors } from '../src/client/carryErrors.js'
import { carryOneWay, hangUp, type OneWay } from '../src/client/oneWay.js'
import { holdLock } from '../src/runtime/holdLock.js'
import { SearchSession } from '../src/search/searchSession.js'
import type { SearchProgress } from '../src/search/types.js'
import type { SearchService } from './searchProtocol.js'

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
