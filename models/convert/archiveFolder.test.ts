import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { RerankError } from '../../src/api/errors.js'
import { type ArchivePart, tar, zip } from '../../test/archives.js'
import { temporaryFolder } from '../../test/convertedModels.js'
import { type OracleName, oracleFolder } from '../oracles/read.js'
import { archiveFolder } from './archiveFolder.js'
import { openCheckpoint } from './checkpoint.js'
import { bytesFile } from './openFile.js'
import { openFolder } from './openFolder.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)
let made = 0

function filesOf(folder: string, prefix = ''): ArchivePart[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory()
      ? filesOf(folder, `${prefix}${entry.name}/`)
      : [{ path: `${prefix}${entry.name}`, bytes: readFileSync(join(folder, prefix, entry.name)) }],
  )
}

function written(bytes: Uint8Array, extension: string): string {
  const path = join(root, `archive-${made++}.${extension}`)
  writeFileSync(path, bytes)
  return path
}

const under = (top: string, parts: ArchivePart[]) => parts.map(part => ({ ...part, path: `${top}/${part.path}` }))

describe.each(['embedder-bert', 'cross-encoder-vocab', 't5-sharded'] as const)('%s', (name: OracleName) => {
  const parts = filesOf(oracleFolder(name))
  const deep = 'a-folder-with-a-long-name/'.repeat(5).slice(0, -1)
  test.each([
    ['a zip', zip(parts), 'zip'],
    ['a zip of one folder', zip(under(name, parts)), 'zip'],
    ['a jar', zip(parts), 'jar'],
    ['a tar', tar(under(name, parts)), 'tar'],
    ['a tar of a long name', tar(parts.map(part => ({ ...part, path: `./${part.path}` }))), 'tar'],
    ['a packed tar', gzipSync(tar(under(name, parts))), 'tar.gz'],
  ])('is read from %s as from its folder', (_, bytes, extension) => {
    const folder = openCheckpoint(oracleFolder(name))
    const archive = openCheckpoint(written(bytes, extension))
    expect(archive.architecture).toEqual(folder.architecture)
    for (const { name, shape } of folder.specs) {
      expect(archive.rows(name, 0, shape[0]!)).toEqual(folder.rows(name, 0, shape[0]!))
    }
    folder.close()
    archive.close()
  })

  test('keeps long names', () => {
    expect(
      archiveFolder(written(tar([...under(deep, parts), { path: 'x', bytes: Buffer.of(1) }]), 'tar')).list(),
    ).toContain(`${deep}/config.json`)
  })

  test('is found beside what macOS adds', () => {
    const added = [`__MACOSX/${name}/._config.json`, `._${name}`, `${name}/._config.json`, `${name}/.DS_Store`]
    const bytes = Buffer.of(0, 5, 22, 7)
    const all = [...under(name, parts), ...added.map(path => ({ path, bytes }))]
    const expected = archiveFolder(written(zip(parts), 'zip')).list()
    expect(archiveFolder(written(zip(all), 'zip')).list()).toEqual(expected)
    expect(archiveFolder(written(tar(all), 'tar')).list()).toEqual(expected)
  })

  test('keeps names beyond ASCII, whose records count bytes', () => {
    expect(archiveFolder(written(tar(under('modèle-größer', parts)), 'tar')).list()).toEqual(
      archiveFolder(written(tar(parts), 'tar')).list(),
    )
    const names = ['modèles/größe.json', 'モデル/x']
    const named = names.map(path => ({ path, bytes: Buffer.of(1) }))
    expect(archiveFolder(written(tar(named), 'tar')).list()).toEqual(names)
  })
})

describe('refuses', () => {
  const text = Buffer.from('{}')
  const refused = (bytes: Uint8Array, extension: string, message: RegExp) =>
    expect(() => archiveFolder(written(bytes, extension))).toThrow(
      expect.objectContaining({ code: 'bad-zip', message: expect.stringMatching(message) }),
    )

  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:/a', 'c:\\a', 'a\\..\\b', '\\\\host\\a'])('the name %s', path => {
    refused(zip([{ path, bytes: text }]), 'zip', /leads out/)
    refused(tar([{ path, bytes: text }]), 'tar', /leads out/)
  })

  test.each(['../secret', '/etc/passwd', '../../x/y', 'C:\\x'])('a link to %s', link => {
    refused(zip([{ path: 'config.json', link }]), 'zip', /leads out/)
    refused(tar([{ path: 'config.json', link }]), 'tar', /leads out/)
  })

  test('links to each other', () => {
    refused(
      tar([
        { path: 'a', link: 'b' },
        { path: 'b', link: 'a' },
      ]),
      'tar',
      /without end/,
    )
  })

  test('what grows more than a hundredfold', () => {
    const zeros = new Uint8Array(2 ** 20)
    refused(zip([{ path: 'config.json', bytes: zeros }]), 'zip', /grows/)
    refused(gzipSync(tar([{ path: 'config.json', bytes: zeros }])), 'tgz', /grows/)
  })

  test('an entry of another size or checksum than it claims', () => {
    const bytes = zip([{ path: 'config.json', bytes: Buffer.from('{"model_type": "bert"}'), claimed: 21 }])
    expect(() => archiveFolder(written(bytes, 'zip')).read('config.json')).toThrow(RerankError)
    const damaged = Uint8Array.from(zip([{ path: 'config.json', bytes: text }]))
    damaged[14]! ^= 1
    damaged[damaged.indexOf(0x02, 60)]! ^= 0
    const central = Buffer.from(damaged).indexOf(Buffer.from('504b0102', 'hex'))
    damaged[central + 16]! ^= 1
    expect(() => archiveFolder(written(damaged, 'zip')).read('config.json')).toThrow(/checksum/)
  })

  test('two entries of one name', () => {
    refused(
      tar([
        { path: 'a', bytes: text },
        { path: './a', bytes: text },
      ]),
      'tar',
      /twice/,
    )
  })
})

test('what is read of an inflated file begins at a multiple of 8 bytes, wherever it lies', () => {
  const bytes = Buffer.alloc(64, 'abcdefg ')
  const file = bytesFile('weights', bytes.subarray(1))
  for (const offset of [0, 1, 2, 3, 5, 7]) {
    const read = file.read(offset, 16)
    expect(read.byteOffset % 8).toBe(0)
    expect([...read]).toEqual([...bytes.subarray(1 + offset, 17 + offset)])
  }
})

test('a link within the archive is followed', () => {
  const parts = filesOf(oracleFolder('cross-encoder')).filter(({ path }) => !path.includes('onnx'))
  const linked = parts.flatMap(part => [
    { ...part, path: `blobs/${part.path}.blob` },
    { path: `snapshots/1/${part.path}`, link: `../../blobs/${part.path}.blob` },
  ])
  const folder = archiveFolder(written(tar(linked), 'tar'))
  expect(folder.read('snapshots/1/config.json')).toEqual(
    new Uint8Array(readFileSync(join(oracleFolder('cross-encoder'), 'config.json'))),
  )
})

test('damaged archives give an error with a code, or the same files', () => {
  const parts = [
    { path: 'm/config.json', bytes: Buffer.from('{"model_type": "bert"}') },
    { path: 'm/a/b.txt', bytes: Buffer.from('text '.repeat(100)) },
    { path: 'm/link', link: 'a/b.txt' },
  ]
  const whole = [zip(parts), tar(parts), gzipSync(tar(parts))]
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.option(fc.nat()),
      (bytes, changes, cut) => {
        const damaged = Uint8Array.from(bytes)
        for (const [at, value] of changes) damaged[at % damaged.length] = value
        const path = written(cut === null ? damaged : damaged.subarray(0, cut % damaged.length), 'bin')
        try {
          const folder = openFolder(path)
          for (const file of folder.list()) if (folder.has(file)) folder.read(file)
        } catch (error) {
          if (!(error instanceof RerankError)) throw error
        }
      },
    ),
    { numRuns: 1000 },
  )
}, 60_000)

describe("a hub's cache", () => {
  const model = join(root, 'hub', 'models--someone--tiny')
  const revision = '0123456789abcdef'
  const snapshot = join(model, 'snapshots', revision)
  mkdirSync(join(model, 'refs'), { recursive: true })
  writeFileSync(join(model, 'refs', 'main'), revision)
  for (const { path, bytes } of filesOf(oracleFolder('embedder-xlm-roberta'))) {
    const blob = join(model, 'blobs', path.replaceAll('/', '-'))
    const link = join(snapshot, path)
    mkdirSync(dirname(blob), { recursive: true })
    mkdirSync(dirname(link), { recursive: true })
    writeFileSync(blob, bytes!)
    symlinkSync(blob, link)
  }

  test.each([
    ['its folder', model],
    ['a snapshot', snapshot],
    ['the name of the model', 'someone/tiny'],
  ])('is read by %s', (_, path) => {
    const folder = openFolder(path, { HF_HUB_CACHE: join(root, 'hub') })
    expect(folder.name).toBe('someone/tiny')
    const checkpoint = openCheckpoint(folder)
    expect(checkpoint.architecture.embedder).toMatchObject({ pooling: 'first' })
    checkpoint.close()
  })

  test('links that lead out of it are refused, and so is a name that it does not hold', () => {
    const folder = join(root, 'linked')
    cpSync(oracleFolder('cross-encoder'), folder, { recursive: true })
    symlinkSync('/etc/hostname', join(folder, 'README.md'))
    expect(existsSync(join(folder, 'README.md'))).toBe(true)
    expect(() => openFolder(folder).read('README.md')).toThrow(expect.objectContaining({ code: 'missing-file' }))
    expect(() => openFolder('someone/other', { HF_HUB_CACHE: join(root, 'hub') })).toThrow(
      expect.objectContaining({ code: 'not-a-folder' }),
    )
  })
})
