import { expect, it } from 'vitest'
import type { EmbeddingProgressFile } from './embeddingProgressFile.js'
import { codesOf } from './embeddings.js'
import { PreviousIndex } from './previousIndex.js'

it('embeds a text that many sections have once', async () => {
  const asked: string[] = []
  const embedder = {
    model: 'small',
    weights: 'a'.repeat(64),
    width: 8,
    embed: async (texts: readonly string[]) => {
      asked.push(...texts)
      return texts.map(() => new Float32Array(8).fill(1))
    },
  }
  const progressFile = { code: async () => undefined, keep: async () => {} } as unknown as EmbeddingProgressFile
  // Copying the places for each section would take minutes.
  const texts = Array<string>(100_000).fill('the same')
  const { codes, embedded } = await codesOf(texts, embedder, PreviousIndex.none(), progressFile, {
    onProgress: () => {},
  })
  expect([asked, embedded, codes.every(code => code === 255)]).toEqual([['the same'], 1, true])
})
