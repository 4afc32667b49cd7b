import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { PAGES, root } from '../pages.mjs'

/** The folder of a server that the site is built for, such as `/docs/`. */
const base = process.env.DOCS_BASE ?? '/'

const reference = join(PAGES, 'api/typedoc-sidebar.json')

export default defineConfig({
  title: 'mvp-rerank',
  description: 'Site search and passage reranking in the visitor’s browser.',
  lang: 'en-US',
  base,
  srcDir: PAGES,
  outDir: join(root, '.cache/docs/site'),
  cacheDir: join(root, '.cache/docs/vite'),
  // A link that leads nowhere fails the build. The demo's own address is no page of the site.
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  head: [
    ['link', { rel: 'icon', href: `${base}favicon.svg`, type: 'image/svg+xml' }],
    // The search box: `npm run docs` copies the package's files into the built site.
    ['script', { type: 'module', src: `${base}mvp-rerank/search.js` }],
  ],
  markdown: { anchor: { slugify: githubSlug }, config: keepBraces },
  vue: { template: { compilerOptions: { isCustomElement: tag => tag === 'mvp-search' } } },
  themeConfig: {
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/guide' },
      { text: 'Search box', link: '/element' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      group('Start', [
        ['Overview', '/'],
        ['Guide', '/guide'],
        ['Questions and answers', '/faq'],
      ]),
      group('Search for a site', [
        ['The search box', '/element'],
        ['The index', '/search'],
        ['Site generators', '/generators'],
        ['Beside Pagefind and DocSearch', '/comparison'],
      ]),
      group('Run it', [
        ['Browsers, bundlers, runtimes', '/hosts'],
        ['Node', '/node'],
        ['Servers and services', '/server'],
        ['Ray', '/ray'],
        ['LangChain, LlamaIndex, AI SDK', '/sdks'],
        ['MCP server', '/mcp'],
        ['Content Security Policy', '/csp'],
        ['Offline, with all threads', '/offline'],
      ]),
      group('Models', [
        ['Which model?', '/models'],
        ['mvp-mini', '/mvp-mini'],
        ['Format of a model', '/model-format'],
        ['Cross-encoders', '/cross-encoders'],
        ['Evaluation', '/evaluation'],
        ['Training', '/training'],
      ]),
      group('Numbers', [
        ['Results', '/results'],
        ['Notes on speed', '/speed'],
        ['Reliability', '/reliability'],
      ]),
      group('The project', [
        ['Architecture', '/architecture'],
        ['Contributing', '/contributing'],
        ['Changelog', '/changelog'],
        ['Security', '/security'],
        ['Third-party software', '/third-party'],
        ['Oracles', '/oracles'],
        ['This site', '/this-site'],
      ]),
      {
        text: 'API reference',
        link: '/api/',
        collapsed: true,
        items: existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) : [],
      },
    ],
  },
})

function group(text, pages) {
  return { text, items: pages.map(([name, link]) => ({ text: name, link })) }
}

/** GitHub's fragment of a heading, so that one link works there and here. */
function githubSlug(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

/** The documents hold no expressions of Vue: double braces are text. */
function keepBraces({ renderer }) {
  for (const rule of ['text', 'code_inline']) {
    const render = renderer.rules[rule]
    renderer.rules[rule] = (...given) => render(...given).replaceAll('{{', '&#123;&#123;')
  }
}
