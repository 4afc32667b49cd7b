import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VERSION } from '../api/version.js'
import { buildCommand, cli, folder, jsonLines, model, oracleFolder, start } from './testing.js'

interface Oracle {
  lists: { query: string; passages: unknown[]; exits: Record<string, { scores: number[]; viewScores: number[][] }> }[]
}
const oracle: Oracle = JSON.parse(readFileSync(join(oracleFolder, 'oracle.json'), 'utf8'))

buildCommand()

describe('mvp-rerank', () => {
  it('explains itself and its commands on stdout', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
    const { code, out } = await cli(['--help'])
    expect(code).toBe(0)
    for (const command of ['convert', 'rank', 'eval', 'compare', 'stress']) {
      expect(out).toContain(`  ${command} `)
      const help = await cli([command, '--help'])
      expect(help).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/Usage: mvp-rerank[\s\S]*default[\s\S]*Example/),
      })
    }
  })

  it('has no traces of code in any help', async () => {
    const { out } = await cli(['--help'])
    const commands = [...out.matchAll(/^ {2}([a-z][a-z-]+) +[A-Z]/gm)].map(([, command]) => command!)
    expect(commands).toEqual(expect.arrayContaining(['convert', 'index', 'eval', 'fit', 'serve', 'copy-assets']))
    for (const command of commands) {
      const { out } = await cli(command === 'help' ? [] : [command, '--help'])
      expect(out, command).not.toMatch(/\$[A-Za-z{]|undefined|NaN|\[object|=>/)
    }
  })

  it('answers wrong usage with exit code 2 and a way out on stderr', async () => {
    const wrong: [string[], RegExp][] = [
      [[], /a command is missing/],
      [['rnak'], /unknown command 'rnak' \(Did you mean rank\?\)/],
      [['rank'], /--model is missing/],
      [['rank', '--model', model, '--fast'], /unknown option '--fast'/],
      [['rank', '--model', model, '--depth', 'deep'], /--depth takes a whole number/],
      [['rank', '--model', model, '--device', 'tpu'], /--device takes auto/],
      [['eval', '--model', 'bm25'], /--data is missing/],
      [['eval', '--model', 'bm25', '--data', 'x', '--limit', '0'], /--limit takes/],
      [['eval', '--model', 'bm25', '--data', 'x', '--run', join(folder, 'no/where')], /cannot be written/],
    ]
    for (const [args, message] of wrong) {
      const { code, out, err } = await cli(args)
      expect({ args, code, out }).toEqual({ args, code: 2, out: '' })
      expect(err).toMatch(message)
      expect(err).toMatch(/error bad-usage: .*\n {2}See `mvp-rerank.*--help`/)
    }
  })

  it('names a model that is not there', async () => {
    const { code, err } = await cli(['rank', '--model', join(folder, 'nothing')])
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/error model-not-found: .*nothing.*\n {2}\S/) })
  })
})

describe('mvp-rerank rank', () => {
  // onnxruntime-node has no binary for Intel Macs.
  const native = process.platform !== 'darwin' || process.arch !== 'x64'
  it.each(native ? ['cpu', 'wasm'] : ['wasm'])(
    'ranks as the original does on %s, a line each, in order',
    async device => {
      const input = oracle.lists.map(({ query, passages }) => `${JSON.stringify({ query, passages })}\n`).join('')
      const { code, out, err } = await cli(
        ['rank', '--model', model, '--device', device, '--precision', 'fp32', '--refine', '0', '--views'],
        input,
      )
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const answers = jsonLines(out)
      expect(answers.length).toBe(oracle.lists.length)
      for (const [i, { exits }] of oracle.lists.entries()) {
        const { scores, viewScores } = exits[6]!
        const { results } = answers[i]
        expect(results.length).toBe(scores.length)
        for (const { index, score, views } of results) {
          expect(Math.abs(score - scores[index]!)).toBeLessThan(1e-4)
          for (const [v, view] of views.entries()) expect(Math.abs(view - viewScores[v]![index]!)).toBeLessThan(1e-4)
        }
        const printed = results.map((result: { score: number }) => result.score)
        expect(printed).toEqual([...printed].sort((a, b) => b - a))
      }
    },
  )

  it('takes the depth that it is given', async () => {
    const { query, passages, exits } = oracle.lists[0]!
    const input = JSON.stringify({ query, passages })
    const { out } = await cli(['rank', '--model', model, '--precision', 'fp32', '--depth', '2', '--refine', '0'], input)
    for (const { index, score } of jsonLines(out)[0].results)
      expect(Math.abs(score - exits[2]!.scores[index]!)).toBeLessThan(1e-4)
    expect(await cli(['rank', '--model', model, '--depth', '5'], input)).toMatchObject({ code: 1, out: '' })
  })

  it('prints the ids of passages that have one', async () => {
    const passages = ['plain', { id: 'a', title: 'T', text: 'x' }, { id: 7, text: 'y', url: 'kept' }]
    const { out } = await cli(['rank', '--model', model], JSON.stringify({ query: 'q', passages }))
    const { results } = jsonLines(out)[0]
    const ids = Object.fromEntries(results.map(({ index, id }: { index: number; id?: unknown }) => [index, id]))
    expect(ids).toEqual({ 0: undefined, 1: 'a', 2: 7 })
    expect(Object.keys(results[0])).toEqual(expect.arrayContaining(['index', 'score']))
  })

  it('puts an error in the place of a bad line, names its number, and goes on', async () => {
    const good = JSON.stringify({ query: 'q', passages: ['a', 'b'] })
    const lines = [
      good,
      '{"query": ',
      '{"query": "q"}',
      '{"query": 1, "passages": []}',
      '{"query": "q", "passages": ["a", 5]}',
      '',
      good,
    ]
    const input = Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from('\n"\xff"\n', 'latin1')])
    const { code, out, err } = await cli(['rank', '--model', model], input)
    expect(code).toBe(1)
    const codes = jsonLines(out).map(answer => answer.error?.code ?? answer.results.length)
    expect(codes).toEqual([2, 'bad-line', 'bad-line', 'bad-query', 'bad-passage', 'bad-line', 2, 'bad-line'])
    expect(Object.keys(jsonLines(out)[1].error)).toEqual(['code', 'message'])
    for (const number of [2, 3, 4, 5, 6, 8]) expect(err).toMatch(new RegExp(`^line ${number}: error bad-`, 'm'))
    expect(err).not.toMatch(/line [17]:/)
  })

  it('answers an empty list with an empty list, and no lines with none', async () => {
    const { code, out } = await cli(['rank', '--model', model], '{"query": "q", "passages": []}\n')
    expect({ code, out }).toEqual({ code: 0, out: '{"results":[]}\n' })
    expect(await cli(['rank', '--model', model])).toEqual({ code: 0, out: '', err: '' })
  })

  it('answers a line before the next one is there', async () => {
    const { child, outcome } = start(['rank', '--model', model])
    child.stdin!.write(`${JSON.stringify({ query: 'q', passages: ['a'] })}\n`)
    const [first] = await once(child.stdout!, 'data')
    expect(JSON.parse(String(first)).results.length).toBe(1)
    child.stdin!.end()
    expect(await outcome).toMatchObject({ code: 0, err: '' })
  })

  it('ends quietly when nobody reads on, and on an interrupt', async () => {
    const line = `${JSON.stringify({ query: 'q', passages: ['a', 'b'] })}\n`
    const left = start(['rank', '--model', model])
    left.child.stdin!.write(line)
    await once(left.child.stdout!, 'data')
    left.child.stdout!.destroy()
    left.child.stdin!.write(line.repeat(100))
    expect(await left.outcome).toMatchObject({ code: 0, err: '' })

    const waiting = start(['rank', '--model', model])
    waiting.child.stdin!.write(line)
    await once(waiting.child.stdout!, 'data')
    waiting.child.kill('SIGINT')
    expect(await waiting.outcome).toMatchObject({ code: 130, err: '' })
  })
})
