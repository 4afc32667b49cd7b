import { useAllDocsData } from '@docusaurus/plugin-content-docs/client'
import { useHistory } from '@docusaurus/router'
import { useColorMode, useContextualSearchFilters } from '@docusaurus/theme-common'
import useDocusaurusContext from '@docusaurus/useDocusaurusContext'
import { usePluginData } from '@docusaurus/useGlobalData'
import { BUILD_FIRST, followByRouter, loadElement } from 'mvp-rerank-site/page'
import { createElement, useCallback, useEffect, useRef } from 'react'
import './styles.css'

/** Stands in the place of the classic theme's component of this name. */
export default function SearchBar() {
  const { attributes, base, isReady } = usePluginData('mvp-rerank-docusaurus')
  const { colorMode } = useColorMode()
  const history = useHistory()
  const isOwn = useOwnAddresses()
  const version = useVersions()
  /** @type {import('react').RefObject<any>} */
  const element = useRef(null)
  useEffect(() => {
    if (!isReady) return undefined
    loadElement(base)
    return followByRouter(element.current, ({ pathname, search, hash }) => {
      if (!isOwn(pathname)) return false
      history.push(pathname + search + hash)
      return true
    })
  }, [base, history, isOwn, isReady])
  if (!isReady) return createElement('span', { className: 'mvp-search-missing' }, BUILD_FIRST)
  return createElement('mvp-search', { ...attributes, version, theme: colorMode, ref: element })
}

/** Whether an address is one of this language's pages: those of others are applications of their own. */
function useOwnAddresses() {
  const { i18n, siteConfig } = useDocusaurusContext()
  const { baseUrl } = siteConfig
  const { currentLocale, locales } = i18n
  return useCallback(
    (/** @type {string} */ path) => {
      const [folder = ''] = path.slice(baseUrl.length).split('/')
      return path.startsWith(baseUrl) && (folder === currentLocale || !locales.includes(folder))
    },
    [baseUrl, currentLocale, locales],
  )
}

/**
 * The page's versions of the docs, or those that the visitor prefers: what DocSearch's contextual search filters by.
 */
function useVersions() {
  const { tags } = useContextualSearchFilters()
  const starts = Object.keys(useAllDocsData()).map(id => `docs-${id}-`)
  return tags
    .flatMap(tag => starts.filter(start => tag.startsWith(start)).map(start => tag.slice(start.length)))
    .join(',')
}
