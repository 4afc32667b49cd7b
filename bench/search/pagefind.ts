import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Section } from '../../src/api/search.js'

/** Writes Pagefind's own index of the sections. @returns its folder */
export async function pagefindFolder(sections: readonly Section[]): Promise<string> {
  const pagefind = await import('pagefind')
  const { index, errors } = await pagefind.createIndex({})
  if (!index) throw new Error(errors.join('\n'))
  for (const { id, path, text } of sections) {
    await index.addCustomRecord({
      url: `/${id}`,
      content: `${path.join(' ')}\n${text}`,
      language: 'en',
      meta: { title: path.at(-1)! },
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'pagefind-'))
  await index.writeFiles({ outputPath: folder })
  await pagefind.close()
  return folder
}

/** Asks Pagefind in a page. @returns for each question, the ids of the sections found, best first */
export async function pagefindAnswers(
  page: Page,
  origin: string,
  questions: string[],
  limit: number,
): Promise<number[][]> {
  await page.goto(`${origin}/blank.html`)
  return page.evaluate(
    async ({ questions, limit, url }) => {
      const pagefind = await import(url)
      const answers: number[][] = []
      for (const question of questions) {
        const { results } = await pagefind.search(question)
        const pages: { url: string }[] = await Promise.all(
          results.slice(0, limit).map((result: { data(): Promise<{ url: string }> }) => result.data()),
        )
        answers.push(pages.map(({ url }) => Number(url.replace(/^.*\//, ''))))
      }
      return answers
    },
    { questions, limit, url: `${origin}/pagefind/pagefind.js` },
  )
}
