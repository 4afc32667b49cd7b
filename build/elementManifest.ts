import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

interface Described {
  name: string
  description: string
  default?: string
}

interface Field extends Described {
  type: { text: string }
  /** Absent for properties that only scripts can set. */
  attribute?: string
}

export interface ElementManifest {
  attributes: (Described & { type: { text: string }; fieldName: string })[]
  members: ((Field & { kind: 'field' }) | { kind: 'method'; name: string; description: string })[]
  events: (Described & { type: { text: string } })[]
  slots: Described[]
  cssParts: Described[]
  cssProperties: Described[]
}

const source = ['mvpSearch.ts', 'searchProperties.ts']
  .map(name => readFileSync(fileURLToPath(new URL(`../src/element/${name}`, import.meta.url)), 'utf8'))
  .join('\n')

/** A comment, of one line or several, that ends directly above a member. */
const commentAbove = '/\\*\\*\\s((?:(?!\\*/)[^])*?)\\s\\*/\\n {2}'

/**
 * Reads the comments of mvpSearch.ts and searchProperties.ts.
 * @returns the element in the shape of a custom-elements manifest's declaration
 */
export function readElement(text = source): ElementManifest {
  const comment = text
    .slice(text.indexOf('/**\n * A search box'), text.indexOf('export class MvpSearch'))
    // Indented lines continue the tag above.
    .replace(/\n \* {2,}/g, ' ')
  const fields = fieldsOf(text)
  return {
    attributes: fields.flatMap(({ name, attribute, ...rest }) =>
      attribute === undefined ? [] : [{ ...rest, name: attribute, fieldName: name }],
    ),
    members: [
      ...[...fields, ...gettersOf(text)].map(field => ({ kind: 'field' as const, ...field })),
      ...membersOf(text, '(?:async )?(\\w+)\\(.*\\): (?:Promise<)?void>? \\{').map(([description, name]) => ({
        kind: 'method' as const,
        name: name!,
        description: description!,
      })),
    ],
    events: [...comment.matchAll(/@fires \{(.*?)\} (\S+) - (.*)/g)].map(([, type, name, description]) => ({
      name: name!,
      type: { text: type! },
      description: description!,
    })),
    slots: tagged(comment, 'slot'),
    cssParts: tagged(comment, 'csspart'),
    cssProperties: tagged(comment, 'cssprop'),
  }
}

function tagged(comment: string, tag: string): Described[] {
  return [...comment.matchAll(new RegExp(`@${tag} \\[?([\\w-]+)(?:=(.*?))?\\]? - (.*)`, 'g'))].map(
    ([, name, value, description]) => ({
      name: name!,
      description: description!,
      ...(value === undefined ? {} : { default: value }),
    }),
  )
}

/** @returns for each documented member that matches: its comment in one line, and the pattern's groups */
function membersOf(text: string, pattern: string): string[][] {
  return [...text.matchAll(new RegExp(commentAbove + pattern, 'g'))].map(([, comment, ...groups]) => [
    comment!.replace(/(?:^|\n)\s*\*\s/g, ' ').trim(),
    ...groups,
  ])
}

function gettersOf(text: string): Field[] {
  return membersOf(text, 'get (\\w+)\\(\\): (\\w+) ').map(([description, name, type]) => ({
    name: name!,
    type: { text: type! },
    description: description!,
  }))
}

function fieldsOf(text: string): Field[] {
  const settings = new Map(
    [...text.matchAll(/^ {4}(\w+): \{ (.*) \},$/gm)].map(([, name, setting]) => [name!, setting!]),
  )
  return membersOf(text, 'declare (\\w+): (.*)').map(([comment, name, type]) => {
    const setting = settings.get(name!) ?? ''
    const [description, value] = comment!.split(' @default ')
    return {
      name: name!,
      type: { text: type! },
      description: description!,
      ...(value === undefined ? {} : { default: value }),
      ...(setting.includes('attribute: false')
        ? {}
        : { attribute: /attribute: '([\w-]+)'/.exec(setting)?.[1] ?? name! }),
    }
  })
}

/** Vite plugin: writes custom-elements.json, from which editors learn the element, beside its script. */
export function elementManifest(): Plugin {
  return {
    name: 'element-manifest',
    generateBundle() {
      const declaration = {
        kind: 'class',
        customElement: true,
        tagName: 'mvp-search',
        name: 'MvpSearch',
        ...readElement(),
      }
      const exported = { kind: 'js', name: 'MvpSearch', declaration: { name: 'MvpSearch', module: 'dist/search.js' } }
      const defined = {
        kind: 'custom-element-definition',
        name: 'mvp-search',
        declaration: { name: 'MvpSearch', module: 'dist/search.js' },
      }
      const manifest = {
        schemaVersion: '1.0.0',
        modules: [
          {
            kind: 'javascript-module',
            path: 'dist/search.js',
            declarations: [declaration],
            exports: [exported, defined],
          },
        ],
      }
      this.emitFile({
        type: 'asset',
        fileName: 'custom-elements.json',
        source: `${JSON.stringify(manifest, null, 2)}\n`,
      })
    },
  }
}
