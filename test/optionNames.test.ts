import { expect, it } from 'vitest'
import { connectReranker } from '../src/client/connectReranker.js'
import { LocalReranker } from '../src/client/reranker.js'
import { createReranker } from '../src/node.js'
import { createRemoteReranker } from '../src/remote.js'
import { openSearch } from '../src/search/openSearch.js'
import type { Connection } from '../src/threads/connection.js'

const none = () => {
  throw new Error('Options are checked before anything else is done.')
}
const local = new LocalReranker({ info: {} } as never, async () => {})
const url = 'http://localhost:1/'

it.each([
  ['rank', 'topk', 'topK', (options: object) => local.rank('q', ['a'], options)],
  [
    'stream',
    'depht',
    'depth',
    async (options: object) => local.stream('q', ['a'], options)[Symbol.asyncIterator]().next(),
  ],
  ['embed', 'signl', 'signal', (options: object) => local.embed(['a'], options)],
  [
    'createReranker, in a page',
    'modle',
    'model',
    (options: object) => connectReranker(none as () => Connection, '', '', options, none),
  ],
  ['createReranker, in Node', 'thread', 'threads', (options: object) => createReranker(options)],
  ['createReranker, as runtime', 'kernel', 'kernels', () => createReranker({ runtime: 'kernel' as 'kernels' })],
  ['createRemoteReranker', 'retry', 'retries', (options: object) => createRemoteReranker({ url, ...options })],
  [
    'rank of a remote reranker',
    'Signal',
    'signal',
    async (options: object) => (await createRemoteReranker({ url })).rank('q', ['a'], options),
  ],
  [
    'openSearch',
    'onprogress',
    'onProgress',
    (options: object) => openSearch({ src: url, createWorker: none, ...options }),
  ],
] as const)('%s names for the option %s the right one, %s', async (_, wrong, right, call) => {
  await expect(call({ [wrong]: 1 })).rejects.toMatchObject({
    code: 'bad-option',
    message: `There is no option ${wrong}; did you mean ${right}?`,
  })
})
