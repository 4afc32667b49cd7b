/** What runs in pages, and in Node. */

/** What stands in place of the search on a development server if the site was never built. */
export const BUILD_FIRST = 'Search: build the site once, then restart'

/**
 * The version of a page: that of the longest folder that holds it.
 *
 * @param {string} path the page's path below the site's base, without a slash at its beginning
 * @param {Record<string, string>} versions
 * @returns {string} empty if no folder holds it
 */
export function versionOf(path, versions) {
  const folders = Object.keys(versions).map(folder => folder.replace(/^\/+|\/+$/g, ''))
  const holding = folders.filter(folder => folder === '' || path === folder || path.startsWith(`${folder}/`))
  const longest = holding.sort((a, b) => b.length - a.length)[0]
  if (longest === undefined) return ''
  return Object.entries(versions).find(([folder]) => folder.replace(/^\/+|\/+$/g, '') === longest)?.[1] ?? ''
}

/**
 * Follows results through the site's router, which loads no page anew. Results that a visitor opens in a tab of their
 * own, and those that `go` does not take, stay with the browser.
 *
 * @param {HTMLElement & { close(): void }} element
 * @param {(url: URL) => boolean} go returns whether the router takes the address
 * @returns {() => void} ends it
 */
export function followByRouter(element, go) {
  let plain = true
  /** @param {MouseEvent} event */
  const noteKeys = event => {
    plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
  }
  /** @param {Event} event */
  const follow = event => {
    const url = new URL(/** @type {CustomEvent<{ url: string }>} */ (event).detail.url)
    if (!plain || url.origin !== location.origin || !go(url)) return
    event.preventDefault()
    element.close()
  }
  element.addEventListener('click', noteKeys, true)
  element.addEventListener('mvp-search-select', follow)
  return () => {
    element.removeEventListener('click', noteKeys, true)
    element.removeEventListener('mvp-search-select', follow)
  }
}

/**
 * Loads the search element, once.
 *
 * @param {string} base what addresses of the site begin with, with a slash at its end
 */
export function loadElement(base) {
  const src = `${base}mvp-rerank/search.js`
  if (document.querySelector(`script[src="${src}"]`)) return
  document.head.append(Object.assign(document.createElement('script'), { type: 'module', src }))
}

/** Shows the search in the colors of the page, which its root names by `data-theme` or by the class `dark`. */
export function followTheme() {
  const { documentElement: root } = document
  const follow = () => {
    const { theme = root.classList.contains('dark') ? 'dark' : undefined } = root.dataset
    if (theme === undefined) return
    for (const search of document.querySelectorAll('mvp-search')) search.setAttribute('theme', theme)
  }
  follow()
  new MutationObserver(follow).observe(root, { attributeFilter: ['data-theme', 'class'] })
  // Astro's router puts new elements into the page.
  document.addEventListener('astro:after-swap', follow)
}
