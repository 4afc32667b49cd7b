import { indexError } from '../api/indexErrors.js'
import type { InvertedIndex } from './invertedIndex.js'

/** A page of the site. */
export interface IndexedPage {
  title: string
  /** Without a fragment. */
  url: string
  /** Values by filter name. */
  filters: Record<string, string[]>
  /** What the page belongs to, outermost first, such as a package or parts of the site. */
  crumbs?: readonly string[]
  /** A tag such as `de`, stated or detected. Absent if unknown or detected as English. */
  language?: string
}

/** Offsets in a text, the end excluded. */
export type CodeSpan = readonly [start: number, end: number]

/** A section as the indexer makes it. */
export interface IndexedSection {
  /** Place of its page. */
  page: number
  /** Fragment of the section's address; empty where it has none. */
  anchor: string
  /** The headings below the page's title, its own last; empty for the text under the title. */
  path: readonly string[]
  text: string
  /** Where the text holds code; absent if nowhere. */
  code?: readonly CodeSpan[]
}

export interface UnpackedIndex {
  pages: IndexedPage[]
  sections: readonly PackedSection[]
  /** The text of a section. It is decoded on demand, since a visitor reads few of them. */
  text(section: number): string
  words: InvertedIndex
}

export type PackedSection = Omit<IndexedSection, 'text'>

/** The JSON before the blocks. It is stored by columns, which compress best. */
interface Header {
  pages: { titles: string[]; urls: string[]; filters: number[]; crumbs?: number[]; languages?: number[] }
  /** The distinct sets of filters. Most pages of a site share one. */
  filterSets: Record<string, string[]>[]
  /** The distinct crumbs and languages. The first means none. Absent if no page has any. */
  crumbSets?: string[][]
  languages?: string[]
  sections: {
    pages: number[]
    anchors: string[]
    paths: string[][]
    /** For each section, the distances between the starts and ends of code. Absent in an index without code. */
    code?: number[][]
  }
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
  const filters = distinct(pages.map(page => page.filters))
  const crumbs = distinct<readonly string[]>([[], ...pages.map(page => page.crumbs ?? [])])
  const languages = distinct(['', ...pages.map(page => page.language ?? '')])
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
    pages: {
      titles: pages.map(({ title }) => title),
      urls: pages.map(({ url }) => url),
      filters: filters.places,
      ...(crumbs.values.length > 1 ? { crumbs: crumbs.places.slice(1) } : {}),
      ...(languages.values.length > 1 ? { languages: languages.places.slice(1) } : {}),
    },
    filterSets: filters.values,
    ...(crumbs.values.length > 1 ? { crumbSets: crumbs.values.map(of => [...of]) } : {}),
    ...(languages.values.length > 1 ? { languages: languages.values } : {}),
    sections: {
      pages: sections.map(({ page }) => page),
      anchors: sections.map(({ anchor }) => anchor),
      paths: sections.map(({ path }) => [...path]),
      ...(sections.some(({ code }) => code) ? { code: sections.map(({ code = [] }) => distances(code.flat())) } : {}),
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
  const { pages, sections, filterSets, crumbSets = [[]], languages = [''] } = header
  const count = sections.pages.length
  const textStarts = sums(unpackNumbers(lengths, count))
  if (textStarts[count] !== texts.length) throw new Error('Blocks and length do not fit.')
  const termList = terms.length === 0 ? [] : decoder.decode(terms).split('\n')
  const starts = sums(unpackNumbers(counts, termList.length))
  return {
    pages: pages.titles.map((title, i) => {
      const crumbs = crumbSets[pages.crumbs?.[i] ?? 0]!
      const language = languages[pages.languages?.[i] ?? 0]!
      return {
        title,
        url: pages.urls[i]!,
        filters: filterSets[pages.filters[i]!]!,
        ...(crumbs.length > 0 ? { crumbs } : {}),
        ...(language === '' ? {} : { language }),
      }
    }),
    sections: sections.pages.map((page, i) => {
      const code = spans(sections.code?.[i] ?? [])
      return { page, anchor: sections.anchors[i]!, path: sections.paths[i]!, ...(code.length > 0 ? { code } : {}) }
    }),
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

function distances(places: readonly number[]): number[] {
  return places.map((place, i) => place - (places[i - 1] ?? 0))
}

function spans(distances: readonly number[]): CodeSpan[] {
  const spans: CodeSpan[] = []
  let at = 0
  for (let i = 0; i + 1 < distances.length; i += 2) {
    const start = at + distances[i]!
    at = start + distances[i + 1]!
    spans.push([start, at])
  }
  return spans
}

/** The distinct values, and for each value its place among them. */
function distinct<T>(all: readonly T[]): { values: T[]; places: number[] } {
  const known = new Map<string, number>()
  const values: T[] = []
  const places = all.map(value => {
    const key = JSON.stringify(value)
    if (!known.has(key)) known.set(key, values.push(value) - 1)
    return known.get(key)!
  })
  return { values, places }
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
  if (starts.at(-1) !== places.length) throw new Error('Blocks and length do not fit.')
  for (let term = 0; term + 1 < starts.length; term++) {
    let place = 0
    for (let at = starts[term]!; at < starts[term + 1]!; at++) {
      place += places[at]!
      if (place >= sections) throw new Error('Blocks and length do not fit.')
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
  if (at !== bytes.length) throw new Error('Blocks and length do not fit.')
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
