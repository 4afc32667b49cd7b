import type { SectionFields } from './invertedIndex.js'
import type { IndexedPage, IndexedSection } from './packedIndex.js'

/** The fields of a section that the index searches. The page's title is the heading of the text directly under it. */
export function sectionFields(
  page: Pick<IndexedPage, 'title'>,
  { path, text }: Pick<IndexedSection, 'path' | 'text'>,
): SectionFields {
  const headings = [page.title, ...path]
  return { heading: headings.at(-1)!, path: headings.slice(0, -1).join(' '), text }
}
