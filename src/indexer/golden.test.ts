import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readPage } from './readPage.js'

const folder = fileURLToPath(new URL('golden/', import.meta.url))
const pages = (await readdir(folder)).filter(name => !name.endsWith('.txt'))

/** Awkward pages, and what is read of them: written by the first run, then checked by eye and kept. */
it.each(pages)('reads %s as its golden file says', async name => {
  const warnings: string[] = []
  const page = readPage(name, await readFile(folder + name), {
    maxLength: 700,
    filters: ['version', 'language', 'section'],
    warn: (message, line) => warnings.push(`${line}: ${message}`),
  })!
  const lines = [
    `title: ${page.title}`,
    `filters: ${JSON.stringify(page.filters)}`,
    ...warnings.map(warning => `warning: ${warning}`),
    ...page.sections.flatMap(({ anchor, path, text }) => ['', `=== #${anchor} | ${path.join(' > ')}`, text]),
  ]
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`)
})
