/** Names of folders that tell a reader nothing: versions, languages, folders of sources. */
const TELLING_NOTHING =
  /^(?:v?\d[\w.]*|latest|stable|main|master|next|[a-z]{2}(?:[-_][A-Za-z]{2,4})?|org|com|api|docs?|documentation|html|pages|content|site|public|src|_posts|posts|text|shared)$/i

/**
 * What a page belongs to, in words, outermost first: the section of the site, such as a package, then the page's
 * breadcrumbs, else the titles of the index pages of the folders above, else the names of these folders. Crumbs that
 * repeat each other or the page's title are left out.
 * @param sections the page's values of the filter `section`; several name no single place and are left out
 * @param stated the page's breadcrumbs
 * @param titles the titles of the site's pages, by file
 */
export function crumbsOf(
  file: string,
  title: string,
  sections: readonly string[],
  stated: readonly string[],
  titles: ReadonlyMap<string, string>,
): string[] {
  const within = stated.length > 0 ? stated : folderNames(file, titles)
  const crumbs = [...(sections.length === 1 ? sections : []), ...within]
  const known = new Set([title.toLowerCase()])
  return crumbs.filter(crumb => {
    const key = crumb.toLowerCase()
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}

function folderNames(file: string, titles: ReadonlyMap<string, string>): string[] {
  const folders = file.split('/').slice(0, -1)
  return folders.flatMap((name, i) => {
    const folder = folders.slice(0, i + 1).join('/')
    for (const index of ['index.html', 'index.htm', 'index.md', 'index.mdx', '_index.md', 'README.md', 'readme.md']) {
      const title = titles.get(`${folder}/${index}`)
      if (title !== undefined) return `${folder}/${index}` === file ? [] : [title]
    }
    return TELLING_NOTHING.test(name) ? [] : [inWords(name)]
  })
}

/** `02-getting_started` → Getting started. */
function inWords(name: string): string {
  const words = name
    .replace(/^\d+[-_.\s]+/, '')
    .replace(/[-_]+/g, ' ')
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
