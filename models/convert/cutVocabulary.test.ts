import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Manifest } from '../../src/model/manifest.js'
import { createReranker } from '../../src/node.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { temporaryFolder } from '../../test/convertedModels.js'
import { oracleFolder } from '../oracles/read.js'
import { convert } from './convert.js'
import { LANGUAGE_CODES, spellingOf } from './languages.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const original = json(join(oracleFolder('embedder-xlm-roberta'), 'tokenizer.json'))
const pieces: string[] = original.model.vocab.map(([piece]: [string, number]) => piece)
const whole = createTokenizer(original)

function cut(
  name: string,
  options: Omit<Parameters<typeof convert>[1], 'out'>,
  oracle = 'embedder-xlm-roberta' as const,
) {
  return convert(oracleFolder(oracle), { out: join(root, name), dtype: 'fp32', ...options })
}

/** The pieces of a converted model, by id. */
function piecesOf(name: string): string[] {
  return json(join(root, name, 'tokenizer.json')).model.vocab.split(' ')
}

describe('a vocabulary that is cut to languages', () => {
  test('keeps the tokens of every text whose pieces all stay, the vectors, and what the manifest says', async () => {
    await cut('english', { languages: ['en'] })
    await cut('all', {})
    const kept = piecesOf('english')
    expect(kept.length).toBeLessThan(pieces.length)
    const { architecture } = json(join(root, 'english', 'manifest.json')) as Manifest
    expect(architecture.vocabulary).toBe(kept.length)

    const own = createTokenizer(json(join(root, 'english', 'tokenizer.json')))
    const texts = fc.array(fc.constantFrom(...'the sea and a boat, 42 lamps! Über größe 北京 крот'.split(/(?<= )/)))
    let same = 0
    fc.assert(
      fc.property(texts, words => {
        const text = words.join('')
        const needed = whole.encode(text).map(id => pieces[id]!)
        if (!needed.every(piece => kept.includes(piece))) return
        same++
        expect(own.encode(text).map(id => kept[id])).toEqual(needed)
      }),
      { numRuns: 500, seed: 7 },
    )
    expect(same).toBeGreaterThan(50)

    const [before, after] = await Promise.all(
      ['all', 'english'].map(async name => {
        const reranker = await createReranker({ model: join(root, name), device: 'cpu', precision: 'fp32' })
        const [vector] = await reranker.embed(['the sea and a boat'])
        await reranker.dispose()
        return vector!
      }),
    )
    after!.forEach((value, i) => {
      expect(Math.abs(value - before![i]!)).toBeLessThan(1e-5)
    })
  })

  test('keeps of shared scripts what given texts need, most needed first, and all single characters', async () => {
    const texts = join(root, 'texts.tsv')
    writeFileSync(texts, '5\tthe sea\n1\tthe boat and the lamp\nsea\n')
    const all = await cut('letters', { languages: ['en'] })
    const some = await cut('needed', { languages: ['en'], texts })
    expect(some.parameters).toBeLessThan(all.parameters)
    const kept = piecesOf('needed')
    const needed = new Set(whole.encode('the sea the boat and the lamp').map(id => pieces[id]!))
    for (const piece of needed) expect(kept).toContain(piece)
    for (const piece of kept) {
      const isPlain = [...piece.replace('▁', '')].length <= 1 || !/[\p{L}\p{M}]/u.test(piece) || piece.startsWith('<')
      expect(isPlain || needed.has(piece), piece).toBe(true)
    }
    const fewest = kept.filter(piece => !needed.has(piece) || [...piece.replace('▁', '')].length <= 1).length
    await cut('fewer', { languages: ['en'], texts, pieces: fewest + 1 })
    expect(piecesOf('fewer').length).toBe(fewest + 1)
    expect(piecesOf('fewer')).toContain('▁the')
  })

  test('reads texts with any ends of lines', async () => {
    const [unix, windows] = ['unix', 'windows'].map(name => join(root, `${name}.tsv`)) as [string, string]
    const lines = ['5\tthe sea', 'the boat\u2028and the lamp']
    writeFileSync(unix, lines.join('\n'))
    writeFileSync(windows, lines.map(line => `${line}\r\n`).join(''))
    await cut('from-unix', { languages: ['en'], texts: unix })
    await cut('from-windows', { languages: ['en'], texts: windows })
    expect(piecesOf('from-unix')).toEqual(
      expect.arrayContaining(whole.encode('the sea the boat and the lamp').map(id => pieces[id]!)),
    )
    expect(piecesOf('from-windows')).toEqual(piecesOf('from-unix'))
    await expect(cut('no', { languages: ['en'], texts: join(root, 'missing.tsv') })).rejects.toMatchObject({
      code: 'missing-file',
    })
  })

  test('keeps tokens that a file adds behind its pieces', async () => {
    const folder = join(root, 'with-added')
    cpSync(oracleFolder('embedder-xlm-roberta'), folder, { recursive: true })
    const { added_tokens: added, model } = original
    const token = { ...added[0], id: pieces.length - 1, content: '<more>' }
    writeFileSync(
      join(folder, 'tokenizer.json'),
      JSON.stringify({
        ...original,
        added_tokens: [...added.filter(({ id }: { id: number }) => id < token.id), token],
        model: { ...model, vocab: model.vocab.slice(0, -1) },
      }),
    )
    await convert(folder, { out: join(root, 'added'), dtype: 'fp32', languages: ['en'] })
    const kept = piecesOf('added')
    const { added_tokens: listed } = json(join(root, 'added', 'tokenizer.json'))
    expect(listed).toContainEqual(expect.objectContaining({ content: '<more>', id: kept.length }))
    const { architecture } = json(join(root, 'added', 'manifest.json')) as Manifest
    expect(architecture.vocabulary).toBe(kept.length + 1)
  })

  test('is refused with a code where it cannot be cut', async () => {
    const refused = { code: 'bad-option' }
    await expect(cut('no', { languages: ['xx'] })).rejects.toMatchObject({
      ...refused,
      message: 'The letters of the language "xx" are not known',
      remedy: expect.stringContaining('Known are ar, bg'),
    })
    await expect(cut('no', { languages: ['en'], pieces: 10 })).rejects.toMatchObject(refused)
    await expect(cut('no', { pieces: 1000 })).rejects.toMatchObject(refused)
    await expect(
      convert(oracleFolder('embedder-bert'), { out: join(root, 'no'), languages: ['en'] }),
    ).rejects.toMatchObject(refused)
    await expect(convert(oracleFolder('t5-relu'), { out: join(root, 'no'), languages: ['en'] })).rejects.toMatchObject(
      refused,
    )
  })
})

test('the compact form gives the ids of the list, and damage to it is refused', async () => {
  await cut('compact', { languages: LANGUAGE_CODES })
  const compact = json(join(root, 'compact', 'tokenizer.json'))
  const { vocab, scores } = compact.model as { vocab: string; scores: string }
  const kept = vocab.split(' ')
  const ids = new Map(pieces.map((piece, id) => [piece, id]))
  const list = kept.map(piece => original.model.vocab[ids.get(piece)!])
  const { scores: _, ...model } = compact.model
  const asList = createTokenizer({ ...compact, model: { ...model, vocab: list } })
  const asCompact = createTokenizer(compact)
  for (const text of ['the sea and a boat', 'Größe, 北京!', '', 'a'])
    expect(asCompact.encode(text)).toEqual(asList.encode(text))
  for (const damage of [
    { scores: scores.slice(4) },
    { scores: '?' },
    { scores: 1 },
    { vocab: `${vocab} more` },
    { scores: '' },
  ]) {
    expect(() => createTokenizer({ ...compact, model: { ...compact.model, ...damage } })).toThrow(
      expect.objectContaining({ code: 'bad-tokenizer' }),
    )
  }
})

test.each([
  [['de'], ['Größe', 'weiß', '12', '→', 'café'], [true, true, true, true, false]],
  [
    ['hi', 'zh'],
    ['क्षेत्र', '北京', 'of', 'ありがとう', '।'],
    [true, true, false, false, true],
  ],
  [['ja'], ['ありがとう', 'ビール', '東京', '한국'], [true, true, true, false]],
  [['tr'], ['İstanbul', 'ışık', 'Straße'], [true, true, false]],
  [['ru'], ['ёлка', 'їжак', 'boat'], [true, false, false]],
  [['fa'], ['گربه', 'قطة', 'ٹ'], [true, true, false]],
] as const)('%j allow the words of their letters', (languages, words, allowed) => {
  const { allows } = spellingOf(languages)
  expect(words.map(word => allows(`▁${word}`))).toEqual(allowed)
})
