import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Tokenizer } from '../../../src/pipeline/tokenize.js'
import { makeString } from './strings.js'

const oracle = JSON.parse(readFileSync(new URL('ids.json', import.meta.url), 'utf8')) as {
  block: number
  strings: string[]
  t5: string[]
  bert: string[]
  minilm: string[]
}

export const BLOCKS = oracle.strings.length

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Which of the first `blocks` blocks of 1,000 strings a tokenizer gives other ids for than Python's does. */
export function differingBlocks(tokenizer: Tokenizer, original: 't5' | 'bert' | 'minilm', blocks: number): number[] {
  const differing: number[] = []
  for (let block = 0; block < blocks; block++) {
    const strings = Array.from({ length: oracle.block }, (_, i) => makeString(block * oracle.block + i))
    if (sha256(strings.join('\n')) !== oracle.strings[block]) throw new Error('strings.ts and strings.py have diverged')
    const ids = strings.map(text => `${tokenizer.encode(text).join()}\n`).join('')
    if (sha256(ids) !== oracle[original][block]) differing.push(block)
  }
  return differing
}
