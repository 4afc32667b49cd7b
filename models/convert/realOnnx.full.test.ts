import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, expect, test } from 'vitest'
import { createPrompter } from '../../src/engine/prompt.js'
import { largestDifference } from '../../src/graph/testing.js'
import { createReranker } from '../../src/node.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { readModelFolder, temporaryFolder } from '../../test/convertedModels.js'
import { archiveFolder } from './archiveFolder.js'
import { convert } from './convert.js'

/** A folder with jars of LangChain4j from Maven Central; without it, there is nothing to compare. */
const JARS = process.env.MVP_JARS ?? ''
const VERSION = '0.36.2'

const TEXTS = [
  'what is a reranker?',
  'Leaves turn light into sugar. '.repeat(40),
  '北京的冬天很冷',
  'Straße, café — ½',
  'a',
]

const { path: root, clean } = temporaryFolder()
afterAll(clean)

test.skipIf(!existsSync(JARS)).each([
  ['e5-small-v2', 'mean'],
  ['bge-small-en-v15', 'cls'],
  ['bge-small-zh-v15', 'cls'],
] as const)(
  '%s gives the vectors of its export',
  async (name, pooling) => {
    const jar = join(JARS, `langchain4j-embeddings-${name}-${VERSION}.jar`)
    const out = join(root, name)
    await convert(jar, { out, dtype: 'fp32', pooling })
    const { manifest } = readModelFolder(out)
    const tokenizer = createTokenizer(JSON.parse(readFileSync(join(out, 'tokenizer.json'), 'utf8')))
    const { embed } = createPrompter(manifest.prompt, tokenizer)
    const archive = archiveFolder(jar)
    const session = await InferenceSession.create(archive.read(archive.list().find(path => path.endsWith('.onnx'))!))
    const reranker = await createReranker({ model: out, device: 'cpu', precision: 'fp32' })
    const vectors = await reranker.embed(TEXTS)
    for (const [i, text] of TEXTS.entries()) {
      const { ids } = embed!(text)
      const row = (value: (id: number) => number) =>
        new Tensor(
          'int64',
          BigInt64Array.from(ids, id => BigInt(value(id))),
          [1, ids.length],
        )
      const feeds = { input_ids: row(id => id), attention_mask: row(() => 1), token_type_ids: row(() => 0) }
      const hidden = (await session.run(feeds))[session.outputNames[0]!]!
      const rows = hidden.data as Float32Array
      const width = hidden.dims[2]!
      const sum = Array.from({ length: width }, (_, k) =>
        pooling === 'cls' ? rows[k]! : ids.reduce((sum, _, token) => sum + rows[token * width + k]!, 0),
      )
      const length = Math.hypot(...sum)
      const expected = sum.map(value => value / length)
      expect(largestDifference(vectors[i]!, expected)).toBeLessThan(1e-4)
    }
    await reranker.dispose()
  },
  600_000,
)
