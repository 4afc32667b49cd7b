import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { includedFrom } from './includes.js'
import { readMarkdown } from './markdownPage.js'
import type { Page } from './page.js'
import { pageUrl } from './pageUrl.js'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'markdown-'))
  writeFileSync(join(folder, 'part.md'), '---\ntitle: Part\n---\nA text that several pages share.\n')
  writeFileSync(join(folder, 'lamp.rs'), 'fn main() {\n// ANCHOR: dim\nlamp.dim(0.5);\n// ANCHOR_END: dim\n}\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (markdown: string, file = 'page.md'): Page | undefined =>
  readMarkdown(markdown, {
    fallbackTitle: 'Page',
    maxLength: 700,
    filters: [],
    file,
    mdx: file.endsWith('.mdx'),
    include: includedFrom(folder, () => {}),
    warn: () => {},
  })

const text = (markdown: string, file?: string) =>
  read(markdown, file)!
    .sections.map(section => section.text)
    .join('\n')

describe('pages that stay out', () => {
  it.each([
    ['Hugo', 'draft: true'],
    ['Hugo', 'date: 2999-01-01'],
    ['Hugo', 'publishDate: 2999-01-01T10:00:00+02:00'],
    ['Hugo', 'expiryDate: 2001-01-01'],
    ['Hugo', 'headless: true'],
    ['Hugo', 'build:\n  list: never'],
    ['Jekyll', 'published: false'],
    ['Jekyll', 'date: 2999-01-01 10:00:00 +0200'],
    ['Docusaurus', 'unlisted: true'],
    ['Starlight', 'pagefind: false'],
    ['MkDocs Material', 'search:\n  exclude: true'],
    ['Sphinx', 'nosearch: true'],
    ['Nextra', 'searchable: false'],
    ['Just the Docs', 'search_exclude: true'],
    ['Docsy', 'exclude_search: true'],
    ['Eleventy', 'permalink: false'],
    ['Pelican', 'status: hidden'],
    ['GitBook', 'hidden: true'],
    ['any', 'robots: noindex, nofollow'],
  ])('of %s: %s', (_, matter) => {
    expect(read(`---\n${matter}\n---\nA text that is long enough.\n`)).toBeUndefined()
  })

  it('are Jekyll’s posts of a date to come, and fields of TOML and JSON count as well', () => {
    expect(read('A text of tomorrow.', '_posts/2999-01-02-lamps.md')).toBeUndefined()
    expect(read('A text of yesterday.', '_posts/2020-01-02-lamps.md')).toBeDefined()
    expect(read('+++\nin_search_index = false\n+++\nA text.\n')).toBeUndefined()
    expect(read('+++\n[build]\nlist = "never"\n+++\nA text.\n')).toBeUndefined()
    expect(read('+++\ndate = 2999-01-01T10:00:00+02:00\n+++\nA text.\n')).toBeUndefined()
    expect(read('{\n"date": "2999-01-01"\n}\nA text.\n')).toBeUndefined()
    expect(read('---\ndraft: false\ndate: 2020-01-01\nexpiryDate: 2999-01-01\n---\nA text.\n')).toBeDefined()
  })
})

describe('ids of headings', () => {
  it.each([
    ['## Set a level {#own}', 'own'],
    ['## Set a level {#own .wide}', 'own'],
    ['## Set a level {.wide #own data-x="y"}', 'own'],
    ['## Set a level {: #own }', 'own'],
    ['## Set a level {:#own}', 'own'],
    ['## Set a level {id="own"}', 'own'],
    ['## Set a level ## {#own}', 'own'],
    ['## Set a level\n{: #own .wide}', 'own'],
    ['Set a level {#own}\n---', 'own'],
    ['<h2 id="own">Set a level</h2>', 'own'],
    ['<h2><a name="own"></a>Set a level</h2>', 'own'],
    ['## Set a level {.unnumbered}', 'set-a-level'],
    ['## Set a level {-}', 'set-a-level'],
    ['(own)=\n## Set a level', 'set-a-level'],
  ])('%s', (heading, anchor) => {
    const myst = heading.startsWith('(') ? '{ref}`x`' : ''
    const [section] = read(`${heading}\n\nThe text below it. ${myst}\n`)!.sections
    expect(section).toMatchObject({ anchor, path: ['Set a level'] })
  })

  it('keeps braces that are no attributes', () => {
    expect(read('## Use of {braces}\n\nThe text below it.\n')!.sections[0]!.path).toEqual(['Use of {braces}'])
  })
})

describe('directives', () => {
  it.each([
    [
      'MkDocs',
      '!!! note "Take care"\n\n    The lamp is hot.\n\n    ```sh\n    dim 1\n    ```\n\nAfter it.',
      'Take care\nThe lamp is hot.\ndim 1\nAfter it.',
    ],
    ['MkDocs, nested', '??? tip "Out"\n    One.\n\n    !!! note\n        Two.\n\nThree.', 'Out One.\nTwo.\nThree.'],
    [
      'MkDocs, tabs',
      '=== "Linux"\n\n    Run this.\n\n=== "Windows"\n\n    Run that.',
      'Linux\nRun this.\nWindows\nRun that.',
    ],
    ['GitHub', '> [!WARNING]\n> The lamp is hot.', 'The lamp is hot.'],
    ['Obsidian', '> [!note]- Take care\n> The lamp is hot.', 'Take care The lamp is hot.'],
    ['VitePress', '::: details Take care {open}\nThe lamp is hot.\n:::\n\n[[toc]]', 'Take care The lamp is hot.'],
    ['VitePress, group', '::: code-group\n\n```js [a.js]\ndim()\n```\n\n:::', 'dim()'],
    ['Quarto', '::: {.callout-note}\nThe lamp is hot.\n:::', 'The lamp is hot.'],
    ['Hugo', '{{% notice tip "Take care" %}}\nThe lamp is hot.\n{{% /notice %}}', 'Take care The lamp is hot.'],
    ['Hugo, tabs', '{{< tabs >}}\n{{< tab "Linux" >}}Run this.{{< /tab >}}\n{{< /tabs >}}', 'LinuxRun this.'],
    ['Hugo, figure', '{{< figure src="a.png" title="A lamp" >}}\n\nSee [it]({{< ref "x.md" >}}).', 'A lamp\nSee it.'],
    ['Hugo, code', '{{< highlight go >}}\n# dim\n{{< /highlight >}}\n\nAfter it.', '# dim\nAfter it.'],
    ['Hugo, shown', 'Write {{</* figure */>}} or `{{< figure >}}`.', 'Write {{< figure >}} or {{< figure >}}.'],
    ['Hugo, end shown', 'End it by {{</* /tab */>}}.', 'End it by {{< /tab >}}.'],
    ['Jekyll', '{% include note.html content="x" %}\n{{ page.title }} is hot{% if x %}!{% endif %}', 'is hot!'],
    ['Jekyll, code', '{% highlight ruby linenos %}\n# dim\n{% endhighlight %}', '# dim'],
    ['Kramdown', '* TOC\n{:toc}\n\nThe lamp is hot.\n{: .note}', 'The lamp is hot.'],
    ['Hexo', '{% note warning %}\nThe lamp is hot.\n{% endnote %}', 'The lamp is hot.'],
    ['GitBook', '{% tabs %}\n{% tab title="Linux" %}\nRun this.\n{% endtab %}\n{% endtabs %}', 'Linux Run this.'],
    ['attributes', '[Start](a.md){ .md-button } or ![lamp](a.png){: width="3" }', 'Start or lamp'],
    ['footnotes', 'The lamp[^1] is hot.\n\n[^1]: As lamps are.', 'The lamp is hot.\nAs lamps are.'],
    ['wikis', 'See [[Lamps|all lamps]] and [[Fuses]].', 'See all lamps and Fuses.'],
    [
      'Jekyll, code that shows how',
      '```liquid\n{% highlight ruby %}\ndim\n{% endhighlight %}\n```\n\nAfter [[it]].',
      '{% highlight ruby %}\ndim\n{% endhighlight %}\nAfter it.',
    ],
    [
      'Jekyll, code with a fence',
      '{% highlight md %}\n```\n# dim\n```\n{% endhighlight %}\n\nAfter it.',
      '```\n# dim\n```\nAfter it.',
    ],
    [
      'Jekyll, code in a list',
      '1. Dim it:\n\n    {% highlight ruby %}\n    dim\n    {% endhighlight %}\n\n2. Done.',
      '1. Dim it:\n  dim\n2. Done.',
    ],
    ['code in a list', '* Dim it:\n\n    ```js\n    dim\n    ```\n\n2. Done.', '- Dim it:\n  dim\n2. Done.'],
    ['code', '```\n{{ value }} !!! note\n{% raw %}\n```', '{{ value }} !!! note\n{% raw %}'],
  ])('of %s leave their text', (_, markdown, shown) => {
    expect(text(markdown)).toBe(shown)
  })

  it.each([
    [':::', '{x'],
    ['!!!', '!'],
    ['{{<', 'x'],
    ['{%', 'x'],
  ])('that begin with %s and never end are read in no time', (begin, end) => {
    // With patterns that try each way to divide the blanks, this would take hours.
    expect(text(`${begin}${' '.repeat(2000)}${end}\n\nThe lamp is hot.`)).toContain('The lamp is hot.')
  })
})

describe('includes', () => {
  it.each([
    ['VitePress', '<!--@include: ./part.md-->'],
    ['VitePress, with lines', '<!--@include: @/part.md{1,3}-->'],
    ['MkDocs', '--8<-- "part.md"'],
    ['mdBook', '{{#include part.md}}'],
    ['Quarto', '{{< include part.md >}}'],
  ])('of %s bring the text of the file', (_, line) => {
    expect(text(`Before it.\n\n${line}\n\nAfter it.\n`)).toBe('Before it.\nA text that several pages share.\nAfter it.')
  })

  it('of Docusaurus are components', () => {
    expect(text("import Part from './part.md'\n\n<Part level={2} />\n", 'page.mdx')).toBe(
      'A text that several pages share.',
    )
  })

  it('bring code, and parts of it; what is missing leaves nothing', () => {
    expect(text('```rust\n{{#include lamp.rs:dim}}\n```\n')).toBe('lamp.dim(0.5);')
    expect(text('```rust\n{{#include lamp.rs:1:1}}\n```\n')).toBe('fn main() {')
    expect(text('<<< @/lamp.rs{1}\n')).toContain('lamp.dim(0.5);')
    expect(text('One.\n\n{{#include none.md}}\n\nTwo.\n')).toBe('One.\nTwo.')
  })

  it('leave out a file that includes itself', () => {
    writeFileSync(join(folder, 'self.md'), 'A text.\n\n{{#include self.md}}\n\n{{#include self.md}}\n')
    expect(text('{{#include self.md}}\n')).toBe('A text.')
  })

  it('leave warnings at the line of the file', () => {
    const warnings: unknown[] = []
    readMarkdown('---\ntitle: x\n---\n{{#include part.md}}\n\n## A {#a}\n\n## B {#a}\n', {
      fallbackTitle: 'Page',
      maxLength: 700,
      filters: [],
      file: 'page.md',
      include: () => 'One\ntwo\nthree\n',
      warn: (message, line) => warnings.push([message, line]),
    })
    expect(warnings).toEqual([[expect.stringContaining('"a" is there already'), 8]])
  })
})

describe('addresses', () => {
  const address = (matter: string, file: string, links: 'clean' | 'html' = 'clean') =>
    pageUrl(file, read(`---\n${matter}\n---\nA text that is long enough.\n`, file)!, { base: '/', links })

  it.each([
    ['permalink: /x/:title/', 'a/lamps.md', '/x/lamps/'],
    [
      'permalink: /:categories/:year/:i_month/:title:output_ext\ncategories: [How To, b]',
      '_posts/2020-01-02-lamps.md',
      '/how-to/b/2020/1/lamps.html',
    ],
    ['layout: post', '_posts/2020-01-02-lamps.md', '/2020/01/02/lamps.html'],
    ['permalink: /:year/:month/:day/:title/\ndate: 2021-03-04 05:06:07', 'lamps.md', '/2021/03/04/lamps/'],
    ['permalink: /:constructor/:title', 'a/lamps.md', '/:constructor/lamps'],
    ['url: /elsewhere/', 'a/lamps.md', '/elsewhere/'],
    ['slug: lights', 'a/lamps.md', '/a/lights'],
    ['slug: /lights', 'a/lamps.md', '/lights'],
    ['slug: b/lights', 'a/lamps.md', '/b/lights'],
    ['slug: "\\ud83d"', 'a/lamps.md', '/a/%EF%BF%BD'],
    ['title: x', 'a/_index.md', '/a/'],
    ['permalink: https://x.example/y', 'a/lamps.md', 'https://x.example/y'],
  ])('by %s of %s', (matter, file, url) => expect(address(matter, file)).toBe(url))

  it.each([
    ['02-guide/01-start.md', '/guide/start'],
    ['2 - Guide/3_Set a level.md', '/Guide/Set%20a%20level'],
    ['blog/2024-05-06-news.md', '/blog/2024-05-06-news'],
    ['8.0-release.md', '/8.0-release'],
    ['404.md', '/404'],
    ['01-a/index.html', '/01-a/'],
  ])('of %s in Docusaurus leave out numbers', (file, url) => {
    expect(pageUrl(file, {}, { base: '/', links: 'clean', numbered: true })).toBe(url)
  })

  it.each([
    ['guide/start.html', '/guide/start.html', '/guide/start'],
    ['guide/index.html', '/guide/', '/guide/'],
  ])('of %s end without .html where the server has clean URLs', (file, url, clean) => {
    expect(pageUrl(file, {}, { base: '/', links: 'file' })).toBe(url)
    expect(pageUrl(file, {}, { base: '/', links: 'file', cleanHtml: true })).toBe(clean)
  })
})
