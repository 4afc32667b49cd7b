import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What the package exports, and how its docstring describes it. */
export interface Documented {
  /** The name, after its type's if it is a member: `Reranker.rank`. */
  name: string
  /** The docstring in one line, without stars. Empty if there is none. */
  comment: string
  /** The declaration from its name on, to the end of its line or lines. */
  code: string
  /** Whether callers get a promise or an asynchronous iterable. */
  isAsync: boolean
  kind: 'function' | 'type' | 'method' | 'property'
}

/** The entries that package.json names for programs. */
export const ENTRIES = ['src/index.ts', 'src/node.ts', 'src/remote.ts', 'src/element/index.ts']

const COMMENT = String.raw`(?:/\*\*((?:(?!\*/)[^])*?)\*/\s*)?`

/** All functions, classes and types that an entry exports, and the public members of the types. */
export function documented(entry: string): Documented[] {
  const text = readFileSync(entry, 'utf8')
  const names = new Map<string, string[]>([[entry, [...declaredNames(text)]]])
  for (const [, list, from] of text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\*) from '(.*)'/gm)) {
    const file = join(dirname(entry), from!.replace(/\.js$/, '.ts'))
    const exported = list?.split(',').map(name => name.replace(/^\s*type /, '').trim())
    const found = exported?.filter(name => name !== '') ?? [...declaredNames(readFileSync(file, 'utf8'))]
    names.set(file, [...(names.get(file) ?? []), ...found])
  }
  return [...names].flatMap(([file, found]) => found.flatMap(name => declarationOf(file, name)))
}

function* declaredNames(text: string): Iterable<string> {
  for (const [, name] of text.matchAll(/^export (?:async )?(?:function|class|interface|type) (\w+)/gm)) yield name!
}

function declarationOf(file: string, name: string): Documented[] {
  const text = readFileSync(file, 'utf8')
  const found = new RegExp(
    String.raw`^${COMMENT}export (async )?(function|class|interface|type) ${name}\b([^\n]*)`,
    'm',
  ).exec(text)
  if (!found) return reexported(file, text, name)
  const [all, comment = '', , keyword, rest = ''] = found
  const isFunction = keyword === 'function'
  const code = isFunction ? signature(text, found.index + all.length - rest.length) : rest
  const own: Documented = {
    name,
    comment: oneLine(comment),
    code,
    isAsync: isFunction && /\): (?:Promise|AsyncIterable)</.test(code),
    kind: isFunction ? 'function' : 'type',
  }
  if (keyword !== 'class' && keyword !== 'interface') return [own]
  return [own, ...membersOf(text.slice(found.index + all.length), name)]
}

/** A file may hand on what another file declares. */
function reexported(file: string, text: string, name: string): Documented[] {
  const found = new RegExp(`^export (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from '(.*)'`, 'm').exec(text)
  const next = found && join(dirname(file), found[1]!.replace(/\.js$/, '.ts'))
  if (!next || !existsSync(next)) throw new Error(`${file} declares no ${name}.`)
  return declarationOf(next, name)
}

/** The public members at the first level of the type that begins here. Overrides inherit their docstrings. */
function membersOf(text: string, type: string): Documented[] {
  const body = text.slice(0, text.search(/^\}/m))
  const member = new RegExp(
    String.raw`^  ${COMMENT.replace(String.raw`\s*)?`, String.raw`\n  )?`)}(?:(?:override|readonly|declare|async|get|static) )*('[\w-]+'|\w+)([?(:<].*)$`,
    'gm',
  )
  return [...body.matchAll(member)].flatMap(({ 0: all, 1: comment = '', 2: name, 3: rest = '', index }) => {
    if (/^\s*(?:protected|private|set|override) /m.test(all.slice(all.lastIndexOf('*/') + 2)) || name === 'constructor')
      return []
    const isMethod = /^[(<]/.test(rest)
    const code = isMethod ? signature(body, index + all.length - rest.length) : rest
    return {
      name: `${type}.${name!.replaceAll("'", '')}`,
      comment: oneLine(comment),
      code,
      isAsync: isMethod && /\): (?:Promise|AsyncIterable)</.test(code),
      kind: isMethod ? ('method' as const) : ('property' as const),
    }
  })
}

/** A function's parameters and result, over several lines if need be. */
function signature(text: string, from: number): string {
  const end = text.slice(from).search(/\): [^\n]*(?:\n|$)/)
  const line = text.indexOf('\n', from + Math.max(0, end))
  return text.slice(from, line === -1 ? undefined : line)
}

function oneLine(comment: string): string {
  return comment.replace(/(?:^|\n)\s*\*(?!\/)\s?/g, ' ').trim()
}
