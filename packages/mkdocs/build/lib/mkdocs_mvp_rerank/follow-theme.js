import './search.js'

/** Shows the search in the colors that the visitor chose for the page. */
function follow() {
  const scheme = document.body.dataset.mdColorScheme ?? document.documentElement.dataset.bsTheme ?? 'default'
  const theme = /^(?:slate|dark)$/.test(scheme) ? 'dark' : 'light'
  for (const search of document.querySelectorAll('mvp-search')) search.setAttribute('theme', theme)
}

follow()
new MutationObserver(follow).observe(document.documentElement, {
  subtree: true,
  attributeFilter: ['data-md-color-scheme', 'data-bs-theme'],
})
