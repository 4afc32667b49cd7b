/** What a client names a section by: the name of an index, a colon, and a number. Never a path or an address. */
export interface SectionId {
  index: string
  section: number
}

/** @returns undefined for anything else */
export function parseSectionId(text: unknown): SectionId | undefined {
  const [, index, section] = (typeof text === 'string' && /^([A-Za-z0-9_-]+):(\d{1,9})$/.exec(text)) || []
  return index && section ? { index, section: Number(section) } : undefined
}

export function formatSectionId({ index, section }: SectionId): string {
  return `${index}:${section}`
}
