import type { Block, PageSection, Part } from './page.js'
import { splitBlocks } from './splitBlocks.js'

/**
 * Makes sections of a page's headings and the blocks below them. A heading without text of its own makes no section but
 * stays in the path of those below it.
 */
export function toSections(
  parts: readonly Part[],
  isTitle: (heading: { depth: number; text: string }, first: boolean) => boolean,
  maxLength: number,
): PageSection[] {
  const sections: PageSection[] = []
  const open: { depth: number; text: string }[] = []
  let anchor = ''
  let blocks: Block[] = []
  const close = () => {
    const path = open.map(heading => heading.text)
    for (const part of splitBlocks(blocks, maxLength)) sections.push({ anchor, path, ...part })
    blocks = []
  }
  for (const part of parts) {
    if ('block' in part) {
      blocks.push(part.block)
      continue
    }
    close()
    const { depth, text } = part.heading
    anchor = part.heading.anchor
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop()
    if (!isTitle(part.heading, sections.length === 0)) open.push({ depth, text })
  }
  close()
  return sections
}
