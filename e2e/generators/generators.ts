import type { Generator } from './generator.js'

/** The one of `npm run test:full`. */
export const vitepress: Generator = {
  name: 'VitePress',
  fixture: 'vitepress',
  package: 'vitepress',
  plugins: ['site', 'vitepress'],
  build: 'vitepress build',
  output: '.vitepress/dist',
  develop: 'vitepress dev --port {port} --strictPort',
  base: '/docs/',
  pages: { start: '', flour: 'flour.html', german: 'de/flour.html', old: 'v1/flour.html' },
  darken: page => page.locator('.VPNavBarAppearance button').click(),
}

const FOLDERS = { start: '', flour: 'flour/', german: 'de/flour/' }

export const generators: readonly Generator[] = [
  vitepress,
  {
    name: 'Docusaurus',
    fixture: 'docusaurus',
    package: '@docusaurus/core',
    plugins: ['site', 'docusaurus'],
    build: 'docusaurus build',
    output: 'build',
    develop: 'docusaurus start --port {port} --no-open',
    base: '/docs/',
    pages: { ...FOLDERS, old: '1.x/flour/' },
    darken: page => page.locator('button[class*=toggleButton]').first().click(),
  },
  {
    name: 'Starlight',
    fixture: 'starlight',
    package: '@astrojs/starlight',
    plugins: ['site', 'starlight'],
    build: 'astro build',
    output: 'dist',
    develop: 'astro dev --port {port}',
    base: '/docs/',
    pages: { ...FOLDERS, old: 'v1/flour/' },
    darken: async page => {
      await page.locator('starlight-theme-select select').first().selectOption('dark')
    },
  },
  {
    name: 'MkDocs, Material',
    fixture: 'mkdocs',
    package: 'mkdocs',
    plugins: [],
    python: ['mkdocs>=1.6,<2', 'mkdocs-material>=9.5,<10', 'mkdocs-static-i18n>=1.2,<2', '{packages}/mkdocs'],
    build: 'mkdocs build',
    output: 'site',
    develop: 'mkdocs serve --no-livereload --dev-addr localhost:{port}',
    base: '/docs/',
    pages: { ...FOLDERS, old: 'v1/flour/' },
    darken: page => page.locator('form[data-md-component=palette] label:visible').click(),
  },
]
