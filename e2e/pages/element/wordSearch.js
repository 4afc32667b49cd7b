/**
 * Implements the contract of src/api/search.ts over a few sections that a test chooses, for states that an index on a
 * server cannot reach.
 */
export function wordSearch(sections, { delay = 0, fail = false, suggestions = [] } = {}) {
  const wordsOf = text => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const state = { delay, fail, queries: [] }
  const search = {
    info: { version: 1, sections: sections.length, pages: 1, sha256: '', filters: {}, credits: [], bytes: 0 },
    async query(text, { limit = 50, filters = {}, signal } = {}) {
      state.queries.push(text)
      if (state.delay) await new Promise(resolve => setTimeout(resolve, state.delay))
      signal?.throwIfAborted()
      if (state.fail) throw Object.assign(new Error('The index is not there.'), { code: 'download-failed' })
      const words = wordsOf(text).filter(word => word.length > 2)
      const found = sections.flatMap(section => {
        const has = wordsOf(`${section.path.join(' ')} ${section.text}`)
        const terms = words.flatMap((word, i) => {
          const last = i === words.length - 1
          const count = has.filter(term => term === word || (last && term.startsWith(word))).length
          const term = has.find(term => term === word) ?? has.find(term => last && term.startsWith(word))
          return count ? [{ term, word, match: term === word ? 'exact' : 'prefix', score: Math.log(1 + count) }] : []
        })
        const score = terms.reduce((sum, term) => sum + term.score, 0)
        return terms.length ? [{ section, score, terms }] : []
      })
      found.sort((a, b) => b.score - a.score)
      const passes = ({ section }, except) =>
        Object.entries(filters).every(
          ([name, values]) =>
            name === except ||
            [values].flat().length === 0 ||
            [values].flat().some(v => section.filters[name]?.includes(v)),
        )
      const pool = words.length ? found : sections.map(section => ({ section }))
      const facets = {}
      for (const name of Object.keys(sections[0]?.filters ?? {})) {
        const counts = new Map()
        for (const hit of pool.filter(hit => passes(hit, name)))
          for (const value of hit.section.filters[name]) counts.set(value, (counts.get(value) ?? 0) + 1)
        facets[name] = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
      }
      const hits = found.filter(hit => passes(hit))
      const candidates = hits.slice(0, limit).map(({ section, score, terms }, rank) => ({
        ...section,
        score,
        source: 'words',
        terms: terms.map(({ term }) => term),
        words: { score, rank, terms },
      }))
      return { candidates, total: hits.length, facets, suggestions: hits.length ? [] : suggestions }
    },
    sections: async ids => ids.map(id => sections[id]).filter(Boolean),
    dispose: async () => {},
  }
  return { search, state }
}
