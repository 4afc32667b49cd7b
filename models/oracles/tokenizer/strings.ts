import { readFileSync } from 'node:fs'

/** The strings of the tokenizer oracle, the same that strings.py makes. */

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

const { ranges, lookalikes } = JSON.parse(read('alphabet.json')) as {
  ranges: Record<string, [number, number][]>
  lookalikes: string[]
}
const words = read('text.txt')
  .replaceAll('\n', ' ')
  .split(' ')
  .filter(word => word)
  .map(word => [...word])

/** xorshift32 */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2654435761)
    for (let i = 0; i < 4; i++) this.below(2)
  }

  below(n: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    // Exact: n is below 2^21.
    return Math.floor(((x >>> 0) * n) / 2 ** 32)
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  char(name: string): string {
    const [low, high] = this.one(ranges[name]!)
    return String.fromCodePoint(low + this.below(high - low + 1))
  }

  run(name: string, longest: number): string {
    return Array.from({ length: 1 + this.below(longest) }, () => this.char(name)).join('')
  }
}

function anyChar(random: Random): string {
  const code = random.below(0x110000 - 0x800)
  return String.fromCodePoint(code < 0xd800 ? code : code + 0x800)
}

function fragment(random: Random): string {
  const kind = random.below(24)
  if (kind < 6) return random.one(words).join('')
  if (kind < 8) {
    const word = random.one(words)
    const end = word.slice(random.below(word.length)).join('')
    const next = random.one(words)
    return end + next.slice(0, 1 + random.below(4)).join('')
  }
  switch (kind) {
    case 8:
      return random.run('ascii', 8)
    case 9:
      return random.run('assigned', 4)
    case 10:
      return anyChar(random)
    case 11:
      return random.one([random.char('letters'), random.char('assigned'), ' ']) + random.run('marks', 3)
    case 12:
      return random.run('controls', 2)
    case 13:
      return random.run('spaces', 4)
    case 14:
      return random.run('cjk', 5)
    case 15:
      return Array.from(
        { length: 1 + random.below(4) },
        () => random.char('emoji') + random.one(['', '\ufe0f', '\u{1f3fd}']),
      ).join('\u200d')
    case 16:
      return random.run('rtl', 6)
    case 17:
      return random.run('compatible', 3)
    case 18:
      return random.run('hangul', 4)
    case 19:
      return random.one(lookalikes)
    case 20:
      return random.one([random.char('unknown'), random.char('assigned')]).repeat(1 + random.below(6))
    case 21:
      return random.run('letters', 6)
    case 22:
      return random.run('punctuation', 3)
    default:
      return random
        .one(['a', 'ab', 'ß', 'e\u0301', '\u{10400}', '1'])
        .repeat(random.one([2, 3, 5, 33, 34, 50, 51, 99, 100, 101, 102]))
  }
}

function blanks(random: Random): string {
  return random.one(['', '', '', ' ', '  ', '\n', '\u3000', '\u00a0 ', ' \u200b', '\t ', '\u2581'])
}

export function makeString(index: number): string {
  const random = new Random(index)
  const count = index % 250 === 7 ? random.below(400) : random.below(13)
  let text = blanks(random)
  for (let i = 0; i < count; i++) {
    text += fragment(random)
    text += random.one(['', '', ' ', ' ', '  ', '\u00a0'])
  }
  return text + blanks(random)
}
