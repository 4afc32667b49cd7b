import { expose } from 'comlink'
import type { SearchProgress } from '../src/api/search.js'
import { IndexSearchService } from '../src/search/indexSearchService.js'
import { closePort, type PortCallback, registerCallbackTransfer } from '../src/threads/callbackTransfer.js'
import { registerErrorSender } from '../src/threads/errorTransfer.js'
import type { SearchService } from '../src/threads/searchProtocol.js'
import { holdWebLock } from '../src/util/webLock.js'

const session = new IndexSearchService()

registerErrorSender()
registerCallbackTransfer()
expose({
  open: async (url, onProgress) => {
    try {
      return await session.open(url, onProgress)
    } finally {
      ;(onProgress as PortCallback<SearchProgress>)[closePort]?.()
    }
  },
  query: (text, options) => session.query(text, options),
  loadEmbeddings: () => session.loadEmbeddings(),
  sections: async ids => session.sections(ids),
  holdLock: holdWebLock,
} satisfies SearchService)
