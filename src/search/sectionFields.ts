import type { SectionFields } from './invertedIndex.js'
import type { IndexedPage, IndexedSection } from './packedIndex.js'

/** What the index searches of a section. The text under a page's title has the title as its heading. */
export function sectionFields(
  page: Pick<IndexedPage, 'title'>,
  { path, text }: Pick<IndexedSection, 'path' | 'text'>,
): SectionFields {
  const headings = [page.title, ...path]
  return { heading: headings.at(-1)!, path: headings.slice(0, -1).join(' '), text }
}
