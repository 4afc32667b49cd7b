import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { copyOracle, readModelFolder, temporaryFolder } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { oracleFolder } from '../oracles/read.js'
import { convert } from './convert.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

const TOKENIZER = 'tokenizer.json'

// As older versions of transformers wrote them: the special tokens are pieces, and no list says which.
test.each([
  ['t5-relu', undefined],
  ['t5-relu', []],
  ['cross-encoder-xlm-roberta', undefined],
  ['cross-encoder', []],
] as const)(
  'special tokens of %s that are among the pieces alone (added_tokens: %j) are found',
  async (name, listed) => {
    const folder = copyOracle(name, join(root, `${name}-${listed ? 'empty' : 'without'}`))
    const path = join(folder, TOKENIZER)
    const json = JSON.parse(readFileSync(path, 'utf8'))
    const vocab: unknown = json.model.vocab
    const isPiece = (token: string) =>
      Array.isArray(vocab) ? vocab.some(([piece]) => piece === token) : Object.hasOwn(vocab as object, token)
    for (const { content } of json.added_tokens) expect(isPiece(content), content).toBe(true)
    writeFileSync(path, JSON.stringify({ ...json, added_tokens: listed }))

    const options = { dtype: 'fp32' as const, views: name === 't5-relu' ? 4 : undefined }
    const asked = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    const out = `${folder}-converted`
    await convert(folder, { out, maxLength: 64, ...asked })
    const expected = join(root, `${name}-${listed ? 'empty' : 'without'}-expected`)
    await convert(oracleFolder(name), { out: expected, maxLength: 64, ...asked })
    const { prompt, probe } = readModelFolder(out).manifest
    const original = readModelFolder(expected).manifest
    expect(prompt).toEqual(original.prompt)
    expect(probe.scores).toEqual(original.probe.scores)
    const ids = (folder: string) =>
      JSON.parse(readFileSync(join(folder, TOKENIZER), 'utf8'))
        .added_tokens.map(({ id, content, special }: { id: number; content: string; special: boolean }) => [
          id,
          content,
          special,
        ])
        .sort()
    expect(ids(out)).toEqual(ids(expected))
  },
)

test('a folder whose tokenizer has no view tokens at all is still refused', async () => {
  const folder = copyOracle('t5-f16', join(root, 'none'))
  const path = join(folder, TOKENIZER)
  const json = JSON.parse(readFileSync(path, 'utf8'))
  const vocab = json.model.vocab.map(([piece, score]: [string, number], id: number) => [
    piece.startsWith('<extra_id_') ? `piece${id}` : piece,
    score,
  ])
  writeFileSync(path, JSON.stringify({ ...json, added_tokens: undefined, model: { ...json.model, vocab } }))
  await expect(convert(folder, { out: join(root, 'no'), views: 1 })).rejects.toMatchObject({
    code: 'bad-tokenizer',
    message: expect.stringContaining('<extra_id_0>'),
  })
  await convertOracle('t5-f16', { out: join(root, 'yes') })
})
