import { parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { expect, it } from 'vitest'
import { codeLines } from './htmlCode.js'

const linesOf = (html: string) => codeLines(parseFragment(html).childNodes[0] as Tree.Element)

it('reads lines in elements, with and without line breaks of their own', () => {
  expect(linesOf('<pre><div>a</div><div></div><div>b\n</div>c<br>d</pre>')).toEqual(['a', '', 'b', 'c', 'd'])
  expect(linesOf('<pre>a<div>b</div>\n<div>c</div></pre>')).toEqual(['a', 'b', '', 'c'])
})

it('reads long code in time that grows with its length', () => {
  // Copying the text for each line would take minutes.
  expect(linesOf(`<pre>${'<div>some code on a line of its own</div>'.repeat(60_000)}</pre>`)).toHaveLength(60_000)
})
