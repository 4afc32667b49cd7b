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
  /** Absent for what only scripts can set. */
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

const source = ['mvpSearch.ts', 'searchPanel.ts', 'searchProperties.ts']
  .map(name => readFileSync(fileURLToPath(new URL(`../src/element/${name}`, import.meta.url)), 'utf8'))
  .join('\n')

/** What the comments of mvpSearch.ts, searchPanel.ts and searchProperties.ts say of the element, in the shape of a custom-elements manifest's declaration. */
export function readElement(text = source): ElementManifest {
  const comment = text.slice(text.indexOf('/**\n * A search box'), text.indexOf('export class MvpSearch'))
  const fields = fieldsOf(text)
  return {
    attributes: fields.flatMap(({ name, attribute, ...rest }) =>
      attribute === undefined ? [] : [{ ...rest, name: attribute, fieldName: name }],
    ),
    members: [
      ...[...fields, ...gettersOf(text)].map(field => ({ kind: 'field' as const, ...field })),
      ...[...text.matchAll(/\/\*\* (.*?) \*\/\n {2}(?:async )?(\w+)\(.*\): (?:Promise<)?void>? \{/g)].map(
        ([, description, name]) => ({ kind: 'method' as const, name: name!, description: description! }),
      ),
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

function gettersOf(text: string): Field[] {
  return [...text.matchAll(/\/\*\* (.*?) \*\/\n {2}get (\w+)\(\): (\w+) /g)].map(([, description, name, type]) => ({
    name: name!,
    type: { text: type! },
    description: description!,
  }))
}

function fieldsOf(text: string): Field[] {
  const settings = new Map(
    [...text.matchAll(/^ {4}(\w+): \{ (.*) \},$/gm)].map(([, name, setting]) => [name!, setting!]),
  )
  return [...text.matchAll(/\/\*\* (.*?) \*\/\n {2}declare (\w+): (.*)/g)].map(([, comment, name, type]) => {
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

/** Vite plugin: writes custom-elements.json, by which editors know the element, beside its script. */
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
