import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { input, note, ranked, results } from '../support/element.js'
import { install, type ScratchProject, scratchProject } from '../support/scratchProject.js'
import { startServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

let project: ScratchProject

const html = (script: string) =>
  `<!doctype html><html lang="en"><title>…</title><link rel="icon" href="data:," /><div id="app"></div><script type="module" src="${script}"></script></html>`

/** The index is a fake in the page: these tests are about how frameworks set up the element and listen to it. */
const shared = `
import 'mvp-rerank/search'
import { sections } from './sections.js'
import { wordSearch } from './wordSearch.js'
export const { search } = wordSearch(sections)
export const selected = event => {
  event.preventDefault()
  document.title = event.detail.url
}`

const pages: Record<string, string> = {
  react: `
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { search, selected } from './shared.js'
function App() {
  const [model, setModel] = useState()
  return (
    <>
      <button type="button" onClick={() => setModel('/models/bert-relu-q8/')}>With a model</button>
      <mvp-search search={search} model={model} inline onmvp-search-select={selected} />
    </>
  )
}
createRoot(document.getElementById('app')).render(<StrictMode><App /></StrictMode>)`,
  vue: `
import { createApp, ref } from 'vue/dist/vue.esm-bundler.js'
import { search, selected } from './shared.js'
const app = createApp({
  setup: () => ({ search, selected, model: ref(undefined) }),
  template: \`
    <button type="button" @click="model = '/models/bert-relu-q8/'">With a model</button>
    <mvp-search :search.prop="search" :model="model" inline @mvp-search-select="selected" />\`,
})
app.config.compilerOptions.isCustomElement = tag => tag === 'mvp-search'
app.mount('#app')`,
  plain: `
import { search, selected } from './shared.js'
const app = document.getElementById('app')
app.innerHTML = '<button type="button">With a model</button><mvp-search inline></mvp-search>'
const element = app.querySelector('mvp-search')
element.search = search
element.addEventListener('mvp-search-select', selected)
app.querySelector('button').addEventListener('click', () => element.setAttribute('model', '/models/bert-relu-q8/'))`,
}

test.beforeAll(async () => {
  test.setTimeout(600_000)
  project = scratchProject()
  install(project.folder, ['--ignore-scripts', 'react@19', 'react-dom@19', 'vue@3'])
  for (const file of ['sections.js', 'wordSearch.js']) cpSync(`e2e/pages/element/${file}`, join(project.folder, file))
  project.write({ 'shared.js': shared })
  for (const [name, script] of Object.entries(pages)) {
    project.write({ [`${name}.html`]: html(`./${name}.jsx`), [`${name}.jsx`]: script })
  }
  await build({
    root: project.folder,
    configFile: false,
    logLevel: 'error',
    build: {
      target: 'es2022',
      rolldownOptions: { input: Object.keys(pages).map(name => join(project.folder, `${name}.html`)) },
    },
  })
})

test.afterAll(() => project?.remove())

for (const name of Object.keys(pages)) {
  test(`in ${name}: set up, searched, listened to, and changed`, async ({ page }) => {
    const server = await startServer({
      roots: [
        { prefix: '/models/', folder: '.cache/e2e/models' },
        { prefix: '/', folder: join(project.folder, 'dist') },
      ],
    })
    await page.goto(`${server.origin}/${name}.html`)
    await input(page).fill('rancid')
    await expect(results(page)).toHaveCount(1)
    await input(page).press('Enter')
    await expect(page).toHaveTitle(/section=11#storing-flour$/)
    await page.getByRole('button', { name: 'With a model' }).click()
    await input(page).fill('flour and water')
    await expect(note(page)).toHaveText(ranked)
    await server.close()
  })
}
