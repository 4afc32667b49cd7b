import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { anchors, codeBlocks, links, markdownFiles } from '../support/markdown.js'
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

test('every link of the README leads somewhere in the package too', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })
  const files = new Set<string>(JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path))
  const wanted = links('README.md')
    .filter(link => !/^([a-z]+:|\/|#)/.test(link))
    .map(link => link.split('#')[0]!)
  expect(wanted.length).toBeGreaterThan(20)
  expect(wanted.filter(path => !files.has(path) && ![...files].some(file => file.startsWith(`${path}/`)))).toEqual([])
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
