import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Prompter } from '../../../src/engine/prompt.js'
import type { Tokenizer } from '../../../src/tokenizer/tokenize.js'
import { makeString } from './strings.js'

const oracle = JSON.parse(readFileSync(new URL('ids.json', import.meta.url), 'utf8')) as {
  block: number
  strings: string[]
  t5: string[]
  prompts: string[]
  bert: string[]
  roberta: string[]
  minilm: string[]
}

export const BLOCKS = oracle.strings.length

type Original = 't5' | 'bert' | 'roberta' | 'minilm'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Which of the first `blocks` blocks of 1,000 strings a tokenizer gives other ids for than Python's does. */
export function differingBlocks(tokenizer: Tokenizer, original: Original, blocks: number): number[] {
  const differing: number[] = []
  for (let block = 0; block < blocks; block++) {
    const strings = Array.from({ length: oracle.block }, (_, i) => makeString(block * oracle.block + i))
    if (sha256(strings.join('\n')) !== oracle.strings[block]) throw new Error('strings.ts and strings.py have diverged')
    const ids = strings.map(text => `${tokenizer.encode(text).join()}\n`).join('')
    if (sha256(ids) !== oracle[original][block]) differing.push(block)
  }
  return differing
}

const LENGTHS = [24, 64, 256]

/** The same for whole prompts of T5, each of three strings. `prompter(length)` cuts at that length. */
export function differingPrompts(prompter: (maxLength: number) => Prompter): number[] {
  const prompters = LENGTHS.map(prompter)
  return oracle.prompts.flatMap((expected, block) => {
    const prompts = Array.from({ length: oracle.block }, (_, i) => {
      const index = block * oracle.block + i
      const [query, title, text] = [0, 1, 2].map(part => makeString(3 * index + part)) as [string, string, string]
      return `${prompters[index % LENGTHS.length]!.rerank(query, { title, text }).ids.join()}\n`
    })
    return sha256(prompts.join('')) === expected ? [] : [block]
  })
}
