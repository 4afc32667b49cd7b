import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../test/builtCommand.js'
import { openSearch } from '../node.js'
import { buildCommand, cli, folder, jsonLines } from './testing.js'

buildCommand()

const TITLES = ['Sailing', 'Baking', 'Lighthouses', 'Farming']

describe.each([
  ['embedder-bert', 'similarity', ['--dimensions', '16'], 16],
  ['colbert-bert', 'late-interaction', [], undefined],
] as const)('%s on the command line', (name, scoring, options, width) => {
  const model = join(folder, name)
  const docs = join(folder, `${name}-docs`)
  const data = join(folder, `${name}.jsonl`)
  const index = join(folder, `${name}-index`)
  const passages = [
    'The sea carries a boat to the harbour before the tide turns.',
    'Bread rises in a warm bowl if the yeast is alive.',
    'A lamp shows ships the way at night.',
    'Stones lie on the hill where nobody ploughs.',
  ]

  beforeAll(async () => {
    const converted = await cli(['convert', join(root, 'models/oracles', name), '--out', model, ...options])
    expect(converted).toMatchObject({ code: 0, err: expect.stringContaining(`kind: ${scoring}`) })
    mkdirSync(docs)
    passages.forEach((text, i) => {
      writeFileSync(join(docs, `${i}.md`), `# ${TITLES[i]}\n\n${text}\n`)
    })
    const lines = passages.map((text, i) => ({
      qid: `q${i}`,
      q_text: text,
      bm25_results: passages.map((other, p) => ({ pid: `p${p}`, text: other, bm25_score: 1 })),
      qrels: { [`p${i}`]: 1 },
    }))
    writeFileSync(data, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  })

  it('ranks first what says the same, and evaluates so', async () => {
    const run = join(folder, `${name}.trec`)
    const { code, out } = await cli(['eval', '--model', model, '--data', data, '--run', run])
    expect(code).toBe(0)
    const result = JSON.parse(out)
    expect(result).toMatchObject({ queries: 4, model: name, fusion: 'off', depth: expect.any(Number) })
    // A random encoder still gives a text its own vector. A ColBERT marks queries and passages differently.
    if (scoring === 'similarity') expect(result['ndcg@10']).toBe(1)
    else expect(result['ndcg@10']).toBeGreaterThan(result.first_stage['ndcg@10'])
    expect(readFileSync(run, 'utf8').trim().split('\n')).toHaveLength(16)

    const fused = await cli(['eval', '--model', model, '--data', data, '--fusion', 'given', '--format', 'table'])
    expect(fused).toMatchObject({ code: 0, out: expect.stringContaining('4 queries; model against first stage') })
    const input = JSON.stringify({ query: passages[1], passages: passages.map(text => ({ text })) })
    const ranked = await cli(['rank', '--model', model], `${input}\n`)
    expect(ranked.code).toBe(0)
    expect(jsonLines(ranked.out)).toHaveLength(1)
  })

  it('makes an index, with token codes if tokens are as wide as embeddings, which a search opens', async () => {
    const { code, out } = await cli(['index', docs, '--out', index, '--model', model])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ pages: 4, sections: 4, embedded: 4 })
    const { embeddings, tokens } = JSON.parse(readFileSync(join(index, 'index.json'), 'utf8'))
    expect(embeddings.model).toBe(name)
    if (width === undefined) expect(tokens.bytes).toBeGreaterThan(0)
    else expect({ width: embeddings.width, tokens }).toEqual({ width, tokens: undefined })
    const search = await openSearch({ src: index })
    const { candidates } = await search.query('yeast')
    expect(candidates[0]).toMatchObject({ title: 'Baking' })
    search.dispose()
  })

  it('says with a code what the kind cannot do', async () => {
    for (const option of ['--signals', '--refine=2', '--windows=2']) {
      const { code, out, err } = await cli(['eval', '--model', model, '--data', data, option])
      expect({ code, out }, option).toEqual({ code: 1, out: '' })
      expect(err, option).toMatch(new RegExp(`error unsupported: .*${scoring}`))
    }
  })
})
