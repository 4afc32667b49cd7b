import { expect, it } from 'vitest'
import { parseQuery } from './parsedQuery.js'

const parse = (query: string, terms: string[] = []) => parseQuery(query, term => terms.includes(term))

it('takes phrases out of their quotes', () => {
  expect(parse('"zero copy" transfer')).toMatchObject({ phrases: ['zero copy'], typing: false })
  expect(parse('„einmal“ “twice”').phrases).toEqual(['einmal', 'twice'])
  expect(parse('a "quote that is typed').phrases).toEqual([])
  expect(parse('5" disk').phrases).toEqual([])
})

it('leaves out what stands behind a minus', () => {
  expect(parse('apples -pears')).toMatchObject({ without: ['pear'] })
  expect(parse('apples -pears').text.trim()).toBe('apples')
  expect(parse('find -name', ['-name']).without).toEqual([])
  expect(parse('ssh -L 80').without).toEqual([])
  expect(parse('build --no-cache').without).toEqual([])
  expect(parse('non-empty').without).toEqual([])
})

it('keeps a minus within quotes in the phrase', () => {
  expect(parse('"apples -pears" -plums')).toMatchObject({ phrases: ['apples -pears'], without: ['plum'] })
})

it('finds pieces with signs in them', () => {
  expect(parse('use std::vector or "/etc/hosts"?').literals).toEqual(['std::vector', '/etc/hosts'])
  expect(parse('node.js --no-cache C++ .NET :8080 @scope/pkg').literals).toEqual([
    'node.js',
    '--no-cache',
    'c++',
    '.net',
    ':8080',
    '@scope/pkg',
  ])
  expect(parse('a ||> b').literals).toEqual(['||>'])
  expect(parse('How do I keep secrets out of the logs?').literals).toEqual([])
  expect(parse('don’t stop, please!').literals).toEqual([])
})

it('knows whether the last word may go on', () => {
  expect(parse('close serv').typing).toBe(true)
  expect(parse('close the server?').typing).toBe(false)
  expect(parse('close ').typing).toBe(false)
})
