import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../test/builtCommand.js'
import { buildCommand, cli, folder, model } from './testing.js'

buildCommand()

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

describe('mvp-rerank fit', () => {
  const data = join(folder, 'judged.jsonl')
  const fit = (...more: string[]) => cli(['fit', '--model', model, '--data', data, ...more])
  beforeAll(() => {
    const words = ['tide', 'moon', 'bread', 'harbour', 'yeast', 'lamp', 'ferry', 'stone']
    const lines = Array.from({ length: 24 }, (_, q) => ({
      qid: `q${q}`,
      q_text: `${words[q % 8]} ${words[(q * 3 + 1) % 8]}`,
      // The first stage is right: the fit must learn to trust it.
      bm25_results: Array.from({ length: 8 }, (_, p) => ({
        pid: `p${p}`,
        text: `${words[(p * 5) % 8]} and ${words[(p + q) % 8]} ${p}`,
        bm25_score: p === (q * 5) % 8 ? 9 : 1 + (p % 3),
      })),
      qrels: { [`p${(q * 5) % 8}`]: 1 },
    }))
    writeFileSync(data, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  })

  it('writes a manifest with which the model ranks better, and says by how much on unseen queries', async () => {
    const out = join(folder, 'fitted.json')
    const { code, out: printed, err } = await fit('--out', out)
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/embed: ndcg@10 \+0\.\d+ on unseen queries, p /),
    })
    const result = JSON.parse(printed)
    expect(result).toMatchObject({ queries: 24, metric: 'ndcg@10', mode: 'embed', fits: { embed: { losses: 0 } } })
    const { embed } = result.fits
    expect(embed.after).toBeGreaterThan(embed.before + 0.2)
    expect(embed.difference).toBeCloseTo(embed.after - embed.before, 9)
    expect(embed.randomisation.p).toBeLessThan(0.01)
    expect(embed.tTest.p).toBeLessThan(0.01)
    expect(result.first_stage).toBe(1)

    const { fusion, ...rest } = read(out)
    expect(rest).toEqual(read(join(model, 'manifest.json')))
    expect(fusion).toEqual({
      mode: 'embed',
      weights: { embed: embed.weights, given: result.fits.given.weights, cascade: result.fits.cascade.weights },
    })
    expect(fusion.weights.embed.firstStage).toBeGreaterThan(5 * fusion.weights.embed.mvp)

    // The ranking itself, by the new manifest.
    const own = readFileSync(join(model, 'manifest.json'))
    const before = JSON.parse((await cli(['eval', '--model', model, '--data', data])).out)
    writeFileSync(join(model, 'manifest.json'), readFileSync(out))
    const after = JSON.parse((await cli(['eval', '--model', model, '--data', data])).out)
    writeFileSync(join(model, 'manifest.json'), own)
    expect(after.fusion).toBe('embed')
    expect(after['ndcg@10']).toBeGreaterThan(before['ndcg@10'] + 0.2)

    const again = join(folder, 'again.json')
    expect((await fit('--out', again)).out).toBe(printed)
    expect(read(again)).toEqual(read(out))
  })

  it("fits an embedder's score and the first stage's", async () => {
    const embedder = join(folder, 'embedder')
    const oracle = join(root, 'models/oracles/embedder-bert')
    expect(await cli(['convert', oracle, '--out', embedder, '--dtype', 'fp32'])).toMatchObject({ code: 0 })
    const out = join(folder, 'embedder.json')
    const { code, out: printed } = await cli(['fit', '--model', embedder, '--data', data, '--out', out])
    expect(code).toBe(0)
    const { mode, fits } = JSON.parse(printed)
    expect(mode).toBe('given')
    expect(Object.keys(fits)).toEqual(['given'])
    expect(fits.given.after).toBeGreaterThan(fits.given.before)
    expect(read(out).fusion.weights.given).toMatchObject({ cosine: 0, lateInteraction: 0 })
    writeFileSync(join(embedder, 'manifest.json'), readFileSync(out))
    const after = JSON.parse((await cli(['eval', '--model', embedder, '--data', data])).out)
    expect(after['ndcg@10']).toBeGreaterThan(fits.given.before)
  })

  it('refuses, with code and reason, what it cannot do, and leaves no file', async () => {
    const out = join(folder, 'refused.json')
    const refused = async (code: number, ...args: string[]) => {
      const outcome = await cli(['fit', ...args])
      expect(outcome).toMatchObject({ code, out: '' })
      expect(existsSync(out)).toBe(false)
      return outcome.err
    }
    const few = join(folder, 'few.jsonl')
    writeFileSync(few, readFileSync(data, 'utf8').split('\n').slice(0, 9).join('\n'))
    const cross = join(folder, 'cross')
    const oracle = join(root, 'models/oracles/cross-encoder')
    expect(await cli(['convert', oracle, '--out', cross, '--dtype', 'fp32'])).toMatchObject({ code: 0 })

    expect(await refused(2, '--data', data, '--out', out)).toMatch(/bad-usage: --model is missing/)
    expect(await refused(2, '--model', model, '--out', out)).toMatch(/bad-usage: --data is missing/)
    expect(await refused(2, '--model', model, '--data', data)).toMatch(/bad-usage: --out is missing/)
    const all = ['--model', model, '--data', data, '--out', out]
    expect(await refused(2, ...all, '--metric', 'err')).toMatch(/bad-usage: --metric takes ndcg@k/)
    expect(await refused(2, ...all, '--folds', '1')).toMatch(/bad-usage: --folds takes a whole number of at least 2/)
    expect(await refused(2, ...all, '--mode', 'all')).toMatch(/bad-usage: --mode takes off \| given \| embed/)
    expect(await refused(1, '--model', join(folder, 'none'), '--data', data, '--out', out)).toMatch(/model-not-found/)
    expect(await refused(1, '--model', model, '--data', few, '--out', out)).toMatch(
      /bad-data: .* holds 9 queries with a relevant candidate; 5 folds need 10/,
    )
    expect(await refused(1, '--model', cross, '--data', data, '--out', out)).toMatch(/unsupported: .* is pointwise/)
    const there = join(folder, 'there.json')
    writeFileSync(there, 'mine')
    expect((await fit('--out', there)).err).toMatch(/output-exists/)
    expect(readFileSync(there, 'utf8')).toBe('mine')
  })
})
