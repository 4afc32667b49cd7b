/**
 * A result's address, if following it is safe: an index is made of other people's pages, and `javascript:` in one of them would run here.
 * @returns undefined for anything but http and https
 */
export function safeUrl(url: string, base: string): string | undefined {
  try {
    const { protocol, href } = new URL(url, base)
    return protocol === 'http:' || protocol === 'https:' ? href : undefined
  } catch {
    return undefined
  }
}
