import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RerankError } from '../src/api/errors.js'
import { createRemoteReranker } from '../src/remote.js'
import { codeBytes, hammingDistances, scoreCodes, toCodes } from '../src/search/codes.js'
import { type Documented, documented, ENTRIES } from './docstrings.js'

const codes = new Set(
  readFileSync('src/api/errorCodes.ts', 'utf8')
    .match(/^ {2}\| '[\w-]+'|(?<== | \| )'[\w-]+'/gm)!
    .map(code => /'(.*)'/.exec(code)![1]!),
)
const all = ENTRIES.flatMap(documented)
const named = (name: string) => all.find(entry => entry.name === name)!

/** These never reject with a `RerankError`: their docstrings say so or name nothing that could fail. */
const NEVER_REJECT = [
  'cachedModelSize',
  'clearModelCache',
  'Reranker.dispose',
  'SiteSearch.dispose',
  'MvpSearch.open',
  'MvpSearch.loadModel',
]

/** The codes in the `@throws` of a docstring. */
function thrownCodes({ comment }: Documented): string[] {
  const clauses = comment.split(' @').filter(clause => clause.startsWith('throws RerankError'))
  return clauses.flatMap(clause => [...clause.matchAll(/`([a-z]+(?:-[a-z0-9]+)*)`/g)].map(([, code]) => code!))
}

describe.each(ENTRIES)('what %s exports', entry => {
  it('has a docstring, and so has each member', () => {
    const entries = documented(entry)
    expect(entries.length).toBeGreaterThan(2)
    expect(entries.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([])
  })

  it('names the codes of its errors if it can reject', () => {
    const silent = documented(entry).filter(found => found.isAsync && thrownCodes(found).length === 0)
    expect(silent.map(({ name }) => name).filter(name => !NEVER_REJECT.includes(name))).toEqual([])
  })

  it('names only codes that exist', () => {
    const words = new Set(['index', 'cpu', 'webgpu', 'dispose', 'rank', 'explain'])
    const unknown = documented(entry).flatMap(found =>
      thrownCodes(found).flatMap(code => (codes.has(code) || words.has(code) ? [] : [`${found.name}: ${code}`])),
    )
    expect(unknown).toEqual([])
  })

  it('states the default of each option', () => {
    const options = documented(entry).filter(
      ({ name, kind, code }) =>
        kind === 'property' && /Options\./.test(name) && code.startsWith('?') && !/=> \w+$|\bAbortSignal$/.test(code),
    )
    expect(options.filter(({ comment }) => !comment.includes('@default')).map(({ name }) => name)).toEqual([])
  })
})

it('ErrorCode explains every code', () => {
  const { comment } = named('ErrorCode')
  expect([...codes].filter(code => !comment.includes(`\`${code}\``))).toEqual([])
  expect(codes.size).toBeGreaterThan(40)
})

it('finds the functions that reject', () => {
  const rejecting = all.filter(({ isAsync }) => isAsync).map(({ name }) => name)
  for (const name of ['createReranker', 'createRemoteReranker', 'openSearch', 'Reranker.stream', 'SiteSearch.query'])
    expect(rejecting).toContain(name)
})

it.each<[string, () => unknown]>([
  ['codeBytes', () => codeBytes(7)],
  ['toCodes', () => toCodes([new Float32Array(8), new Float32Array(16)])],
  ['scoreCodes', () => scoreCodes(new Float32Array(16), new Uint8Array(3))],
  ['hammingDistances', () => hammingDistances(new Uint8Array(2), new Uint8Array(3))],
  ['createRemoteReranker', () => createRemoteReranker({ url: 'https://rank.example', deadline: 0 })],
])('%s throws a code that its docstring names', async (name, call) => {
  const error = await (async () => call())().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RerankError)
  expect(thrownCodes(named(name))).toContain((error as RerankError).code)
})

it('no line of a comment passes the width of the formatter', () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.js'], { encoding: 'utf8' }).trim().split('\n')
  const { lineWidth } = JSON.parse(readFileSync('biome.json', 'utf8')).formatter
  const long = files.flatMap(file =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        line.length > lineWidth && /^\s*(?:\*|\/\/|\/\*)/.test(line) && !line.includes('biome-ignore')
          ? [`${file}:${i + 1}`]
          : [],
      ),
  )
  expect(long).toEqual([])
})

it('no comment names a file of the documentation that does not exist', () => {
  const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')
  const known = new Set(files)
  const names = files
    .filter(file => /\.(ts|mjs)$/.test(file) && !/\.(test|spec)\.ts$/.test(file))
    .flatMap(file =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(line => /^\s*(?:\*|\/\/|\/\*)/.test(line))
        .flatMap(
          line => line.match(/\b(?:docs|bench|models|e2e|build|demo|src|test)\/[\w./-]+\.(?:md|ts|py|mjs)\b/g) ?? [],
        )
        .filter(name => !known.has(name))
        .map(name => `${file}: ${name}`),
    )
  expect(names).toEqual([])
})
