/**
 * The absolute URL of a result, if it is safe to follow. An index may hold URLs from other people's pages. A
 * `javascript:` URL would run in this page.
 * @returns undefined unless the protocol is http or https
 */
export function safeUrl(url: string, base: string): string | undefined {
  try {
    const { protocol, href } = new URL(url, base)
    return protocol === 'http:' || protocol === 'https:' ? href : undefined
  } catch {
    return undefined
  }
}
