import { describe, expect, it } from 'vitest'
import { readMarkdown } from './markdownPage.js'

const split = (markdown: string, maxLength = 700) =>
  readMarkdown(markdown, { fallbackTitle: 'Some page', maxLength, filters: ['version'], warn: () => {} })!

/** As compact as a golden result can be: anchor, path, text. */
const rows = (markdown: string) =>
  split(markdown).sections.map(({ anchor, path, text }) => [anchor, path.join(' > '), text])

describe('headings', () => {
  it('gives each section its path and its anchor, and takes the first level as the title', () => {
    const { title, sections } = split(
      '# Guide\n\nIntro.\n\n## Start\n\nOne.\n\n### Deeper\n\nTwo.\n\n## End\n\nThree.\n',
    )
    expect(title).toBe('Guide')
    expect(sections).toEqual([
      { anchor: 'guide', path: [], text: 'Intro.' },
      { anchor: 'start', path: ['Start'], text: 'One.' },
      { anchor: 'deeper', path: ['Start', 'Deeper'], text: 'Two.' },
      { anchor: 'end', path: ['End'], text: 'Three.' },
    ])
  })

  it('numbers the anchors of repeated headings as GitHub does', () => {
    const markdown = '## A\n\n### Example\n\n1\n\n## B\n\n### Example\n\n2\n\n### Example\n\n3\n'
    expect(rows(markdown)).toEqual([
      ['example', 'A > Example', '1'],
      ['example-1', 'B > Example', '2'],
      ['example-2', 'B > Example', '3'],
    ])
  })

  it('counts headings within quotes and lists for the numbering, but does not split there', () => {
    expect(rows('> ## Note\n>\n> Quoted.\n\n- ## Note\n\n  Listed.\n\n## Note\n\nOwn.\n')).toEqual([
      ['', '', 'Note\nQuoted.\n- Note\n  Listed.'],
      ['note-2', 'Note', 'Own.'],
    ])
  })

  it('reads code, tags, entities and links in a heading as the words they show', () => {
    const markdown =
      '## `reply.send(data)` &amp; *more* <a id="send"></a>[here](x.md)\n\nText.\n\nUnderlined\n---\n\nMore.\n'
    expect(rows(markdown)).toEqual([
      ['replysenddata--more-here', 'reply.send(data) & more here', 'Text.'],
      ['underlined', 'Underlined', 'More.'],
    ])
  })

  it('leaves a level when a heading of the same or a higher level comes, also where levels were skipped', () => {
    expect(rows('## A\n\n#### A1\n\n1\n\n### A2\n\n2\n\n## B\n\n3\n').map(row => row[1])).toEqual([
      'A > A1',
      'A > A2',
      'B',
    ])
  })

  it('takes a first heading that says the name of the file as the title, whatever its level', () => {
    const { title, sections } = split('<h1>Project</h1>\n\n## Some Page\n\n1\n\n## Other\n\n2\n')
    expect(title).toBe('Some Page')
    expect(sections.map(section => section.path)).toEqual([[], ['Other']])
  })
})

describe('what only looks like a heading', () => {
  it('is text in a code fence', () => {
    const markdown = '## A\n\n```sh\n# not a heading\n```\n\n~~~\n## nor this\n```\n~~~\n\n    # nor indented code\n'
    expect(rows(markdown)).toEqual([['a', 'A', '# not a heading\n## nor this\n```\n# nor indented code']])
  })

  it('is nothing in a comment', () => {
    expect(rows('## A\n\n<!--\n# hidden\n\n## hidden too\n-->\n\nSeen <!-- not --> text.\n')).toEqual([
      ['a', 'A', 'Seen text.'],
    ])
  })

  it('is not read out of front matter, whose title is the title of the page', () => {
    const { title, sections } = split('---\ntitle: "From above"\n# comment\n---\n\nText.\n')
    expect(title).toBe('From above')
    expect(sections).toEqual([{ anchor: '', path: [], text: 'Text.' }])
  })

  it.each([
    ['YAML', '---\ntitle: From above\nversion: 1.10\n---\n'],
    ['TOML', '+++\ntitle = """\nFrom above"""\nversion = 1.10 # the newest\n+++\n'],
    ['TOML, in a list', '+++\ntitle = "From above"\nversion = [\n  "1.10",\n]\n[params]\nversion = 2\n+++\n'],
  ])('has the fields of %s as they are written', (_, matter) => {
    expect(split(`${matter}\nText.\n`)).toMatchObject({ title: 'From above', filters: { version: ['1.10'] } })
  })

  it('is a rule where the page begins with one', () => {
    expect(split('---\n\nText without an end of front matter.\n')).toEqual({
      title: 'Some page',
      filters: {},
      sections: [{ anchor: '', path: [], text: 'Text without an end of front matter.' }],
    })
  })
})

describe('text', () => {
  it('keeps the nesting of lists and the numbers of items', () => {
    const markdown = '- one **bold** `code`\n  - two\n\n    more of two\n    1. three\n- four\n\n3. five\n4. six\n'
    expect(rows(markdown)).toEqual([
      ['', '', '- one bold code\n  - two\n    more of two\n    1. three\n- four\n3. five\n4. six'],
    ])
  })

  it('keeps tables as rows and drops markup', () => {
    const markdown =
      '| Option | Default |\n|-|-|\n| `a` | [one](x.md) |\n\n![A picture](p.png) and <b>tags</b>, 1 &lt; 2.\n'
    expect(rows(markdown)).toEqual([['', '', 'Option | Default\na | one\nA picture and tags, 1 < 2.']])
  })

  it('drops a table of contents, but not a list of links elsewhere', () => {
    const markdown = '- [A](#a)\n  - [B](#b)\n- [C](#c)\n\n## A\n\n- [other](other.md)\n- [B](#b), then text\n'
    expect(rows(markdown)).toEqual([['a', 'A', '- other\n- B, then text']])
  })

  it('gives no section to a heading without text', () => {
    expect(rows('## A\n\n## B\n\n<a id="x"></a>\n')).toEqual([])
  })

  it('splits a long section between lines into parts of about equal length', () => {
    const lines = Array.from({ length: 10 }, (_, i) => `Paragraph ${i} has some words.`)
    const parts = split(`## A\n\n${lines.join('\n\n')}\n`, 100).sections
    expect(parts.map(part => part.text).join('\n')).toBe(lines.join('\n'))
    expect(parts.every(part => part.text.length <= 100 && part.anchor === 'a')).toBe(true)
    expect(parts.length).toBeLessThanOrEqual(5)
  })

  it('breaks a single line that is too long, and loses nothing of it', () => {
    const line = `${'A sentence of words. '.repeat(20)}${'x'.repeat(250)}`
    const parts = split(line, 100).sections.map(part => part.text)
    expect(parts.every(part => part.length <= 100)).toBe(true)
    expect(parts.join('').replace(/\s/g, '')).toBe(line.replace(/\s/g, ''))
  })

  it('keeps hostile markup as the text it is where Markdown shows it as text', () => {
    expect(rows('## A\n\n`<img src=x onerror=alert(1)>` and \\<script>\n')).toEqual([
      ['a', 'A', '<img src=x onerror=alert(1)> and <script>'],
    ])
  })
})
