import type { Section } from '../api/search.js'
import type { CloserText } from './closeness.js'
import type { UnpackedIndex } from './packedIndex.js'
import { firstParts } from './sectionParts.js'

/** Reads what an index holds of its sections. */
export class SectionReader implements CloserText {
  /** [sections]: the first part of the section. */
  readonly firstParts: Int32Array
  readonly known: CloserText['known'] = new Map()
  readonly #index: UnpackedIndex

  constructor(index: UnpackedIndex) {
    this.#index = index
    this.firstParts = firstParts(index.sections)
  }

  heading(place: number): string {
    return this.#index.sections[place]!.path.at(-1) ?? this.pageTitle(place)
  }

  titles(place: number): string[] {
    const { path } = this.#index.sections[place]!
    return path.length === 0 ? [] : [this.pageTitle(place), ...path.slice(0, -1)]
  }

  pageTitle(place: number): string {
    return this.#index.pages[this.#index.sections[place]!.page]!.title
  }

  text(place: number): string {
    return this.#index.text(place)
  }

  section(id: number): Section | undefined {
    const section = this.#index.sections[id]
    if (!section) return undefined
    const { title, url, filters, crumbs, language } = this.#index.pages[section.page]!
    return {
      id,
      section: this.firstParts[id]!,
      url: section.anchor === '' ? url : `${url}#${encodeURIComponent(section.anchor)}`,
      title,
      path: [title, ...section.path],
      text: this.text(id),
      filters,
      ...(crumbs ? { crumbs: [...crumbs] } : {}),
      ...(language ? { language } : {}),
      ...(section.code ? { code: section.code } : {}),
    }
  }
}
