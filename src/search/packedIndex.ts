import { indexError } from '../api/indexErrors.js'
import type { InvertedIndex } from './invertedIndex.js'

/** A page of the site. */
export interface IndexedPage {
  title: string
  /** Without a fragment. */
  url: string
  /** Values by filter name. */
  filters: Record<string, string[]>
}

/** A section as the indexer makes it. */
export interface IndexedSection {
  /** Place of its page. */
  page: number
  /** Fragment of the section's address; empty where it has none. */
  anchor: string
  /** The headings below the page's title, its own last; empty for the text under the title. */
  path: readonly string[]
  text: string
}

export interface UnpackedIndex {
  pages: IndexedPage[]
  sections: readonly PackedSection[]
  /** The text of a section, decoded on demand, since a visitor reads few of them. */
  text(section: number): string
  words: InvertedIndex
}

export type PackedSection = Omit<IndexedSection, 'text'>

/** What precedes the blocks, column by column, since columns compress best. */
interface Header {
  pages: { titles: string[]; urls: string[]; filters: number[] }
  /** Different sets of filters; most pages of a site share theirs. */
  filterSets: Record<string, string[]>[]
  sections: { pages: number[]; anchors: string[]; paths: string[][] }
  /** Bytes of each block, in the order of `BLOCKS`. */
  blocks: number[]
}

const MAGIC = 'MVPINDEX'

/**
 * Lays out an index as bytes: magic, length of the header, header as JSON, blocks. Numbers in blocks are LEB128;
 * section ids in postings are delta-encoded.
 */
export function packIndex(
  pages: readonly IndexedPage[],
  sections: readonly IndexedSection[],
  words: InvertedIndex,
): Uint8Array {
  const sets = new Map<string, number>()
  const filters = pages.map(page => {
    const key = JSON.stringify(page.filters)
    if (!sets.has(key)) sets.set(key, sets.size)
    return sets.get(key)!
  })
  const encoder = new TextEncoder()
  const texts = sections.map(({ text }) => encoder.encode(text))
  const blocks = [
    packNumbers(texts.map(text => text.length)),
    join(texts),
    encoder.encode(words.terms.join('\n')),
    packNumbers(words.terms.map((_, term) => words.starts[term + 1]! - words.starts[term]!)),
    packNumbers(deltaEncode(words)),
    words.impacts,
  ]
  const header: Header = {
    pages: { titles: pages.map(({ title }) => title), urls: pages.map(({ url }) => url), filters },
    filterSets: [...sets.keys()].map(key => JSON.parse(key)),
    sections: {
      pages: sections.map(({ page }) => page),
      anchors: sections.map(({ anchor }) => anchor),
      paths: sections.map(({ path }) => [...path]),
    },
    blocks: blocks.map(block => block.length),
  }
  const head = encoder.encode(JSON.stringify(header))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, head.length, true)
  return join([encoder.encode(MAGIC), length, head, ...blocks])
}

/** @throws RerankError `bad-index` */
export function unpackIndex(bytes: Uint8Array): UnpackedIndex {
  try {
    return unpack(bytes)
  } catch (cause) {
    throw indexError('bad-index', 'The index is damaged.', { cause })
  }
}

function unpack(bytes: Uint8Array): UnpackedIndex {
  const decoder = new TextDecoder()
  const begin = MAGIC.length + 4
  if (decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw new Error('Not an index.')
  const length = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length).getUint32(0, true)
  const header: Header = JSON.parse(decoder.decode(bytes.subarray(begin, begin + length)))
  const ends = sums(Uint32Array.from(header.blocks))
  const blocks = header.blocks.map((size, i) =>
    bytes.subarray(begin + length + ends[i]!, begin + length + ends[i]! + size),
  )
  if (begin + length + ends.at(-1)! !== bytes.length || blocks.length !== 6)
    throw new Error('Blocks and length do not fit.')
  const [lengths, texts, terms, counts, places, impacts] = blocks as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const { pages, sections, filterSets } = header
  const count = sections.pages.length
  const textStarts = sums(unpackNumbers(lengths, count))
  if (textStarts[count] !== texts.length) throw new Error('Texts and lengths do not fit.')
  const termList = terms.length === 0 ? [] : decoder.decode(terms).split('\n')
  const starts = sums(unpackNumbers(counts, termList.length))
  return {
    pages: pages.titles.map((title, i) => ({ title, url: pages.urls[i]!, filters: filterSets[pages.filters[i]!]! })),
    sections: sections.pages.map((page, i) => ({ page, anchor: sections.anchors[i]!, path: sections.paths[i]! })),
    text: section => decoder.decode(texts.subarray(textStarts[section]!, textStarts[section + 1]!)),
    words: {
      sections: count,
      terms: termList,
      starts,
      places: deltaDecode(unpackNumbers(places, impacts.length), starts, count),
      impacts,
    },
  }
}

function deltaEncode({ starts, places }: InvertedIndex): number[] {
  const steps: number[] = new Array(places.length)
  for (let term = 0; term + 1 < starts.length; term++) {
    let before = 0
    for (let at = starts[term]!; at < starts[term + 1]!; at++) {
      steps[at] = places[at]! - before
      before = places[at]!
    }
  }
  return steps
}

function deltaDecode(places: Uint32Array, starts: Uint32Array, sections: number): Uint32Array {
  if (starts.at(-1) !== places.length) throw new Error('Postings and terms do not fit.')
  for (let term = 0; term + 1 < starts.length; term++) {
    let place = 0
    for (let at = starts[term]!; at < starts[term + 1]!; at++) {
      place += places[at]!
      if (place >= sections) throw new Error('A posting names no section.')
      places[at] = place
    }
  }
  return places
}

function packNumbers(numbers: ArrayLike<number>): Uint8Array {
  const bytes: number[] = []
  for (let i = 0; i < numbers.length; i++) {
    let rest = numbers[i]!
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

function unpackNumbers(bytes: Uint8Array, count: number): Uint32Array {
  const numbers = new Uint32Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    let number = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      number |= (byte & 127) << shift
      if (!(byte & 128)) break
    }
    numbers[i] = number
  }
  if (at !== bytes.length) throw new Error('Numbers end too early or too late.')
  return numbers
}

/** [count + 1]: where each part begins. */
function sums(lengths: Uint32Array): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1)
  for (let i = 0; i < lengths.length; i++) starts[i + 1] = starts[i]! + lengths[i]!
  return starts
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
