import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { serviceWorkerBuild } from './serviceWorkerPlugin.js'

/** Modes of vite.config.ts by the name of the build. */
const MODES = {
  demo: 'production',
  client: 'library',
  'search element': 'element',
  remote: 'remote',
  adapters: 'adapters',
  worker: 'worker',
  'kernels worker': 'kernels',
  'search worker': 'search',
  'Node and command line': 'node',
}
const SERVICE_WORKER = 'service worker'

export const BUILDS = [...Object.keys(MODES), SERVICE_WORKER]

/** A package whose code or files are part of a build. */
export interface BundledPackage {
  name: string
  /** SPDX identifier. */
  licence: string
  repository: string
  builds: string[]
  copyright: string
  /** Text of the package's licence file. */
  text?: string
}

/** Copyright holders of packages without a licence file, as their repositories state them. */
const WITHOUT_LICENCE_FILE: Record<string, string> = {
  franc: 'Titus Wormer',
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-web': 'Microsoft Corporation',
  'xz-decompress': 'Steve Sanderson, Tim Perry; walloc: 2020 Igalia, S.L.; xz-embedded: public domain',
}

/** Copyright holders of packages whose licence file names none. */
const WITHOUT_COPYRIGHT_LINE: Record<string, string> = {
  '@huggingface/transformers': 'Hugging Face',
}

/**
 * Runs every build in a temporary folder and collects the packages in its module graph, in the order of their names.
 */
export async function bundledPackages(): Promise<BundledPackage[]> {
  const buildsOf = new Map<string, string[]>()
  const record = async (name: string, run: (recorder: Plugin) => Promise<unknown>) => {
    const folders = new Set<string>()
    await run(packageRecorder(folders))
    for (const folder of folders) buildsOf.set(folder, [...(buildsOf.get(folder) ?? []), name])
  }
  const outDir = mkdtempSync(join(tmpdir(), 'mvp-rerank-builds-'))
  try {
    for (const [name, mode] of Object.entries(MODES)) {
      await record(name, recorder =>
        build({
          mode,
          logLevel: 'error',
          build: { outDir, emptyOutDir: true, copyPublicDir: false },
          plugins: [recorder],
          // Vite builds the workers of a page separately.
          worker: { plugins: () => [recorder] },
        }),
      )
    }
  } finally {
    rmSync(outDir, { recursive: true })
  }
  await record(SERVICE_WORKER, recorder => build({ ...serviceWorkerBuild, plugins: [recorder] }))
  return [...buildsOf]
    .map(([folder, builds]) => readPackage(folder, builds))
    .sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name))
}

/** Adds the folders of the packages that a bundle contains. */
function packageRecorder(folders: Set<string>): Plugin {
  return {
    name: 'package-recorder',
    generateBundle(_, bundle) {
      for (const item of Object.values(bundle)) {
        // The loaders and .wasm files of onnxruntime and the stemmers are copied, not bundled.
        if (item.fileName.includes('ort-wasm')) folders.add('node_modules/onnxruntime-web')
        if (/(?:^|\/)stemmer-\w+\.js$/.test(item.fileName)) folders.add('node_modules/@orama/stemmers')
        if (item.type !== 'chunk') continue
        for (const [id, { renderedLength }] of Object.entries(item.modules)) {
          const folder = /.*(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1]
          if (folder && renderedLength > 0) folders.add(folder)
        }
      }
    },
  }
}

function readPackage(folder: string, builds: string[]): BundledPackage {
  const { name, license: licence, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const about = { name, licence, repository: repositoryUrl(repository.url ?? repository), builds }
  const files = readdirSync(folder)
  if (files.some(file => /^notice/i.test(file))) throw new Error(`${name} has a notice file, which must be included`)
  const file = files.find(file => /^licen[cs]e/i.test(file))
  const text = file && readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim()
  const copyright = text ? (copyrightOf(text) ?? WITHOUT_COPYRIGHT_LINE[name]) : WITHOUT_LICENCE_FILE[name]
  if (!copyright) throw new Error(`${name} names no copyright holder`)
  return { ...about, copyright, ...(text && { text }) }
}

/** @param stated the repository in package.json: a URL, or `owner/name` on GitHub */
function repositoryUrl(stated: string): string {
  const [path] = /(?<=github\.com[/:])[\w.-]+\/[\w.-]+|[\w.-]+\/[\w.-]+$/.exec(stated.replace(/\.git$/, '')) ?? []
  return `https://github.com/${path}`
}

const COPYRIGHT_LINE = /^ *Copyright (?:\([cC]\) |© )?(?=\d{4}|\p{Lu})(.*)$/gmu

function copyrightOf(text: string): string | undefined {
  const holders = [...text.matchAll(COPYRIGHT_LINE)].map(([, holder]) =>
    holder!
      .replace(/ <.*>| \(.*(?:https?:|@).*\)/, '')
      .replace(/[.,]? All rights reserved.*/i, '')
      .replace(/(?<!Inc|et al)\.$/, ''),
  )
  return holders.join('; ') || undefined
}

/** The contents of docs/THIRD-PARTY.md. */
export function thirdPartyDocument(packages: BundledPackage[]): string {
  const rows = packages.map(
    ({ name, repository, builds, licence, copyright }) =>
      `| [${name}](${repository}) | ${builds.join(', ')} | ${licence} | ${copyright} |`,
  )
  return `# Third-party software in the built files

The packages that \`npm run build\` bundles or copies. Everything else in \`package.json\` is used for development alone.
\`npm run third-party\` writes this file from the module graphs of all builds.

| package | in | license | copyright |
|-|-|-|-|
${rows.join('\n')}

The text of Apache-2.0 is in [LICENSE](../LICENSE). onnxruntime's binaries contain further libraries;
[its own notices](https://github.com/microsoft/onnxruntime/blob/v1.30.0/ThirdPartyNotices.txt) list them with their licenses.
The weights have [a license of their own](../LICENSE-WEIGHTS). The documentation that the demo searches is not part of the repository;
the page shows its licenses.

${licenceSections(packages).join('\n\n')}
`
}

/** A section for each licence text that several packages share, and one for each package with a text of its own. */
function licenceSections(packages: BundledPackage[]): string[] {
  const groups = new Map<string, BundledPackage[]>()
  for (const item of packages) {
    if (item.licence === 'Apache-2.0' || !item.text) continue
    const key = lettersOf(termsOf(item.text))
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  const shared = [...groups.values()].filter(({ length }) => length > 1)
  for (const item of packages.filter(({ text }) => !text)) {
    const group = shared.find(([{ licence } = item]) => licence === item.licence)
    if (!group) throw new Error(`No package has the text of ${item.licence} for ${item.name}`)
    group.push(item)
  }
  return [...groups.values()].map(group => {
    const [{ licence, text } = group[0]!] = group
    const names = group.map(({ name }) => name).join(', ')
    return `## ${licence}: ${names}\n\n\`\`\`text\n${group.length > 1 ? termsOf(text!) : text}\n\`\`\``
  })
}

/** A licence without its title and copyright lines. */
function termsOf(text: string): string {
  return text
    .replace(COPYRIGHT_LINE, '')
    .replace(/^ *(?:The )?[\w-]+(?: \d-Clause)? Licen[cs]e(?: \(\w+\))?$/gim, '')
    .trim()
}

const lettersOf = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '')
