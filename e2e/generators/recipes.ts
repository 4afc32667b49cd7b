import { readFileSync } from 'node:fs'
import type { Generator } from './generator.js'

/** What docs/GENERATORS.md tells users of this generator to put into a file, and to type. */
export interface Recipe {
  html: string
  commands: string[]
}

/** Reads a recipe from its section of docs/GENERATORS.md. */
function recipeOf(name: string): Recipe {
  const text = readFileSync('docs/GENERATORS.md', 'utf8')
  const section = text.split(/^###? /m).find(part => part.startsWith(`${name}\n`)) ?? ''
  const [html, commands] = ['html', 'sh'].map(
    kind => section.match(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\``, 'm'))?.[1],
  )
  if (!html || !commands) throw new Error(`docs/GENERATORS.md has no recipe for ${name}.`)
  return { html, commands: commands.trim().split('\n') }
}

const PAGES = { start: '', flour: 'flour/', german: 'de/flour/', old: 'v1/flour/' }
const HTML_PAGES = { start: '', flour: 'flour.html', german: 'de/flour.html', old: 'v1/flour.html' }

/** @param more commands between the build and what follows it */
function byRecipe(name: string, template: string, more: readonly string[] = []) {
  const { html, commands } = recipeOf(name)
  const [build, ...after] = commands
  return { name, files: { [template]: html }, plugins: [], build: [build, ...more, ...after].join(' && '), base: '/' }
}

export const recipes: readonly Generator[] = [
  {
    ...byRecipe('Sphinx', 'docs/_templates/searchfield.html', [
      'sphinx-build -c docs -D language=de docs-de public/de',
      'sphinx-build -c docs -D version=1.x docs-v1 public/v1',
      'sphinx-build -c docs -D language=de -D version=1.x docs-de-v1 public/de/v1',
    ]),
    fixture: 'sphinx',
    package: 'sphinx',
    python: ['sphinx>=7.2,<10'],
    output: 'public',
    pages: HTML_PAGES,
  },
  {
    ...byRecipe('Eleventy', '_includes/search.njk'),
    fixture: 'eleventy',
    package: '@11ty/eleventy',
    output: '_site',
    pages: PAGES,
  },
  {
    ...byRecipe('Hugo', 'layouts/partials/search.html'),
    fixture: 'hugo',
    package: 'hugo',
    python: ['hugo>=0.146,<1'],
    output: 'public',
    pages: PAGES,
  },
  {
    ...byRecipe('Jekyll', '_includes/search.html'),
    fixture: 'jekyll',
    package: 'jekyll',
    command: 'jekyll',
    output: '_site',
    pages: HTML_PAGES,
  },
]
