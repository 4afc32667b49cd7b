import { basename, dirname } from 'node:path'

/**
 * The site of all languages. Docusaurus builds each language as a site of its own, in a folder of the first one's; all
 * share one index, which each build makes anew with one language more. A language that is built alone, for a domain of
 * its own, is a whole site.
 *
 * @param {import('@docusaurus/types').LoadContext} context
 * @returns {{ base: string, folder: string }}
 */
export function wholeSite({ baseUrl, outDir, i18n: { currentLocale, defaultLocale } }) {
  const folder = outDir.replace(/[\\/]+$/, '')
  const isBelow = currentLocale !== defaultLocale && baseUrl.endsWith(`/${currentLocale}/`)
  if (!isBelow || (basename(folder) !== currentLocale && process.env.NODE_ENV === 'production'))
    return { base: baseUrl, folder }
  return { base: baseUrl.slice(0, -currentLocale.length - 1), folder: dirname(folder) }
}
