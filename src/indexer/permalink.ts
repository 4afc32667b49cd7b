import { basename } from 'node:path'
import { slug } from 'github-slugger'
import type { FrontMatter } from './frontMatter.js'
import type { Page } from './page.js'

const POST = /^(?:(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})-)?(?<name>.*?)\.\w+$/

/** Jekyll's default address of a post. */
const POSTS = '/:categories/:year/:month/:day/:title:output_ext'

/**
 * The address that a Markdown page's front matter states. `permalink` and `url` may hold placeholders of Jekyll and
 * Hexo (`/:year/:title/`). `slug` is the last part of the address, or all of it if it has a slash.
 */
export function permalinkOf(matter: FrontMatter, file: string): Pick<Page, 'permalink' | 'slug'> {
  const [stated] = [...matter.texts('permalink'), ...matter.texts('url')].filter(text => text !== 'false')
  const isPost = /(?:^|\/)_posts\//.test(file)
  const pattern = stated ?? (isPost ? POSTS : undefined)
  if (pattern !== undefined) return { permalink: filled(pattern, matter, file) }
  const [own] = matter.texts('slug')
  if (own === undefined) return {}
  return own.includes('/') ? { permalink: own } : { slug: own }
}

function filled(pattern: string, matter: FrontMatter, file: string): string {
  if (!/:[a-z]/.test(pattern.replace(/^https?:/, ''))) return pattern
  const { name = '', ...dated } = POST.exec(basename(file))?.groups ?? {}
  const [date = ''] = matter.texts('date')
  const {
    year = '',
    month = '',
    day = '',
  } = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/.exec(date)?.groups ?? dated
  const stated = [...matter.texts('categories'), ...matter.texts('category')]
  const categories = stated.length === 1 ? stated[0]!.split(' ') : stated
  const title = matter.texts('slug')[0] ?? name
  const values: Record<string, string> = {
    title,
    slug: slug(title),
    slugified_title: slug(matter.texts('title')[0] ?? title),
    name: title,
    basename: name,
    filename: name,
    contentbasename: name,
    post_title: title,
    path: file.replace(/\.\w+$/, ''),
    categories: categories.map(category => slug(category)).join('/'),
    category: slug(categories[0] ?? ''),
    collection: /(?:^|\/)_([\w-]+)\//.exec(file)?.[1] ?? '',
    year,
    short_year: year.slice(2),
    month,
    i_month: String(Number(month)),
    day,
    i_day: String(Number(day)),
    output_ext: '.html',
  }
  return pattern
    .replace(/:([a-z_]+)/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole))
    .replace(/(?<!:)\/{2,}/g, '/')
}
