import { describe, expect, it } from 'vitest'
import type { EmbeddingProgressFile } from './embeddingProgressFile.js'
import { codesOf } from './embeddings.js'
import { PreviousIndex } from './previousIndex.js'
import type { TextCodes } from './textCodes.js'

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
  const progressFile = { codes: async () => undefined, keep: async () => {} } as unknown as EmbeddingProgressFile
  // Copying the places for each section would take minutes.
  const texts = Array<string>(100_000).fill('the same')
  const { sections, embedded } = await codesOf(texts, embedder, PreviousIndex.none(), progressFile, {
    onProgress: () => {},
  })
  expect([asked, embedded, sections.every(({ code }) => code[0] === 255)]).toEqual([['the same'], 1, true])
})

describe('an embedder that works side by side', () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `text ${i} ${'x'.repeat(i % 50)}`)
  const progressFile = { codes: async () => undefined, keep: async () => {} } as unknown as EmbeddingProgressFile
  const codeOf = (text: string) => ({ code: Uint8Array.of(text.length), tokens: new Uint8Array() })
  const embedderOf = (codes: (texts: readonly string[]) => Promise<TextCodes[]>) => ({
    model: 'small',
    weights: 'a'.repeat(64),
    width: 8,
    embed: () => Promise.reject(new Error('It makes codes.')),
    prepare: async (count: number) => (count === 1000 ? 3 : 1),
    codes,
  })

  it('is asked for as much at once as it says', async () => {
    let running = 0
    let most = 0
    const embedder = embedderOf(async chunk => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setTimeout(resolve, 1))
      running--
      return chunk.map(codeOf)
    })
    const { sections } = await codesOf(texts, embedder, PreviousIndex.none(), progressFile, { onProgress: () => {} })
    expect(most).toBe(3)
    expect(sections).toEqual(texts.map(codeOf))
  })

  it('is asked for no more after a failure', async () => {
    let calls = 0
    const embedder = embedderOf(async () => {
      calls++
      await Promise.resolve()
      throw new Error('broken')
    })
    const run = codesOf(texts, embedder, PreviousIndex.none(), progressFile, { onProgress: () => {} })
    await expect(run).rejects.toThrow('broken')
    expect(calls).toBe(3)
  })
})
