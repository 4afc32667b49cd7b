import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, serveByCommand } from '../hosts/server.js'
import { input, note, ranked, results } from '../support/element.js'
import { codeBlocks } from '../support/markdown.js'
import { install, packedPackage, type ScratchProject, scratchProject } from '../support/scratchProject.js'
import { expect, test } from '../support/test.js'

const PAGES = 300

const THINGS = 'lamp relay fuse coil socket wire switch motor pump valve gauge filter fan belt gear'.split(' ')
const DEEDS = 'clean replace inspect adjust store order label test mount repair'.split(' ')
const PLACES = 'workshop cellar attic garage harbour tower kitchen'.split(' ')

const recipe = codeBlocks('docs/ELEMENT.md').filter(({ heading }) => heading === 'In five minutes')
const lines = recipe.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.trim().split('\n'))
const markup = recipe.find(({ language }) => language === 'html')!.code

let project: ScratchProject
test.beforeAll(() => {
  project = scratchProject()
})
test.afterAll(() => project.remove())

test(`the steps of docs/ELEMENT.md give ${PAGES} pages a search without a 404`, async ({ page }) => {
  const { folder } = project
  for (let i = 0; i < PAGES; i++) project.write({ [`public/page-${i}.html`]: pageOf(i) })
  const env = environment(folder)
  const begin = Date.now()
  const [installs, ...others] = lines as [string, ...string[]]
  const serves = others.pop()!
  expect(installs).toBe('npm install mvp-rerank mvp-rerank-mini-q4')
  // In place of the registry's.
  install(folder, ['--ignore-scripts', packedPackage('mvp-rerank-mini-q4'), 'http-server@14.1.1'])
  for (const line of others) execFileSync('sh', ['-c', line], { cwd: folder, env, stdio: 'ignore' })
  for (let i = 0; i < PAGES; i++) {
    const file = join(folder, `public/page-${i}.html`)
    writeFileSync(file, readFileSync(file, 'utf8').replace('</body>', `${markup}</body>`))
  }
  const seconds = Math.round((Date.now() - begin) / 1000)

  const server = await serveByCommand(`${serves} --port {port}`, folder, env)
  try {
    const answers: { path: string; status: number; encoding: string | undefined }[] = []
    page.on('response', response => {
      const { pathname: path } = new URL(response.url())
      answers.push({ path, status: response.status(), encoding: response.headers()['content-encoding'] })
    })
    await page.goto(`${server.origin}/page-0.html`)
    await page.locator('mvp-search').getByRole('button').first().click()
    await input(page).fill('how to replace the coil')
    await expect(note(page)).toHaveText(ranked, { timeout: 120_000 })
    await expect(results(page).first()).toContainText('coil')
    await input(page).press('Enter')
    await expect(page).toHaveTitle(/coil/)
    expect(answers.filter(({ status }) => status >= 400)).toEqual([])
    for (const name of ['search.js', 'index.js', 'search.worker.js', 'kernels.worker.js']) {
      const answer = answers.find(({ path }) => path === `/mvp-rerank/${name}`)
      expect(answer, name).toMatchObject({ encoding: 'br' })
    }
    expect(answers.some(({ path }) => path.endsWith('/mvp-mini-q4/weights.safetensors'))).toBe(true)
    console.log(`Index and files of ${PAGES} pages: ${seconds} s`)
  } finally {
    await server.close()
  }
})

/** A page of words that no other page has together. */
function pageOf(i: number): string {
  const thing = THINGS[i % THINGS.length]!
  const deed = DEEDS[Math.floor(i / THINGS.length) % DEEDS.length]!
  const place = PLACES[i % PLACES.length]!
  const next = THINGS[(i + 1 + Math.floor(i / 7)) % THINGS.length]!
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>How to ${deed} the ${thing}, part ${i}</title><link rel="icon" href="data:,"></head>
<body>
<main>
<h1>How to ${deed} the ${thing}, part ${i}</h1>
<p>Before you ${deed} the ${thing} in the ${place}, note number ${i} on the list beside the door.</p>
<h2 id="tools">Tools for the ${place}</h2>
<p>Tray ${i} holds what you need to ${deed} a ${thing}. Keep it away from the ${next}.</p>
</main>
</body>
</html>
`
}
