import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { anchors, codeBlocks, links, localLinks, markdownFiles } from '../support/markdown.js'
import { expect, test } from '../support/test.js'

test('every relative link in the documentation leads somewhere', () => {
  const broken = markdownFiles().flatMap(file =>
    links(file)
      // Addresses on a site that the page describes begin with a slash.
      .filter(link => !/^([a-z]+:|\/)/.test(link))
      .filter(link => {
        const [path, anchor] = link.split('#') as [string, string?]
        const target = path === '' ? file : join(dirname(file), decodeURIComponent(path))
        return !existsSync(target) || (anchor && target.endsWith('.md') && !anchors(target).has(anchor))
      })
      .map(link => `${file}: ${link}`),
  )
  expect(broken).toEqual([])
})

test('every link of the README leads to a file that the package takes in', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] }
  // npm always adds the license.
  const taken = ['LICENSE', ...files]
  const wanted = localLinks('README.md')
  expect(wanted.length).toBeGreaterThan(20)
  expect(wanted.filter(path => !taken.some(file => path === file || path.startsWith(`${file}/`)))).toEqual([])
})

test('every npm script that the documentation names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = markdownFiles().flatMap(file =>
    codeBlocks(file)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => [...code.matchAll(/^npm (?:run )?([\w:]+)/gm)])
      .map(match => match[1]!)
      .filter(name => !['ci', 'install', 'pack'].includes(name)),
  )
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter(name => !(name in scripts))).toEqual([])
})
