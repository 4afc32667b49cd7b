import '/dist/search.js'
import { hostile, inParts, sections } from './sections.js'
import { wordSearch } from './wordSearch.js'

/** A page for tests of the search element; the parameters of its URL set up the element. */
const wanted = new URLSearchParams(location.search)
const violations = []
document.addEventListener('securitypolicyviolation', event =>
  violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
)

for (const name of ['lang', 'dir']) if (wanted.has(name)) document.documentElement[name] = wanted.get(name)
const element = document.createElement('mvp-search')
for (const name of [
  'src',
  'model',
  'models',
  'load',
  'inline',
  'theme',
  'limit',
  'recent',
  'param',
  'examples',
  'no-shortcuts',
  'version',
  'language',
]) {
  if (wanted.has(name)) element.setAttribute(name, wanted.get(name))
}
const { search, state } = wordSearch(wanted.has('hostile') ? hostile : wanted.has('split') ? inParts : sections, {
  delay: Number(wanted.get('delay') ?? 0),
  fail: wanted.has('fail'),
  suggestions: ['bread', 'feed a starter'],
})
if (!wanted.has('src')) element.search = search

const events = []
for (const name of ['open', 'close', 'results', 'select', 'model', 'error']) {
  document.addEventListener(`mvp-search-${name}`, event => events.push({ name, detail: event.detail }))
}

/** A reranker that waits for `release()` before it ranks, so that every run has the same order of events. */
function gated(reranker) {
  let release = () => {}
  const gate = new Promise(resolve => {
    release = resolve
  })
  return {
    release,
    reranker: {
      info: reranker.info,
      embed: (...args) => reranker.embed(...args),
      rank: async (...args) => {
        await gate
        return reranker.rank(...args)
      },
      dispose: () => reranker.dispose(),
    },
  }
}

Object.assign(window, { element, events, gated, searchState: state, violations })
document.getElementById('place').append(element)
