import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseManifest } from '../../src/model/parseManifest.js'
import {
  copyOracle,
  type StateEntry,
  safetensors,
  statePickle,
  temporaryFolder,
  zip64,
} from '../../test/convertedModels.js'
import { oracleFolder } from '../oracles/read.js'
import { openCheckpoint } from './checkpoint.js'
import { T5_BASE, writeRandomT5 } from './randomT5.js'

const project = fileURLToPath(new URL('../..', import.meta.url))
const { path: root, clean } = temporaryFolder()
afterAll(clean)

const BEYOND = 4.5 * 2 ** 30

/** Writes pieces at their places of a sparse file of this size. */
function writeSparse(path: string, bytes: number, pieces: { at: number; bytes: Uint8Array }[]): void {
  const file = openSync(path, 'w')
  ftruncateSync(file, bytes)
  for (const piece of pieces) writeSync(file, piece.bytes, 0, piece.bytes.length, piece.at)
  closeSync(file)
  expect(statSync(path).blocks * 512).toBeLessThan(2 ** 26)
}

/** The tensors of an oracle's safetensors file. */
function tensorsOf(path: string): { name: string; shape: number[]; bytes: Uint8Array }[] {
  const file = readFileSync(path)
  const start = 8 + Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: number[] }
  >
  delete header.__metadata__
  return Object.entries(header).map(
    ([
      name,
      {
        shape,
        data_offsets: [begin, end],
      },
    ]) => ({
      name,
      shape,
      bytes: file.subarray(start + begin!, start + end!),
    }),
  )
}

async function expectSameAs(oracle: 't5-relu', folder: string): Promise<void> {
  const original = openCheckpoint(oracleFolder(oracle))
  const large = openCheckpoint(folder)
  for (const { name } of original.specs) expect(large.source.get(name)).toEqual(original.source.get(name))
  original.close()
  large.close()
}

test('weights that lie beyond 4 GiB of a safetensors file are read', async () => {
  const folder = copyOracle('t5-relu', join(root, 'large-safetensors'))
  const path = join(folder, 'model.safetensors')
  const tensors = tensorsOf(path)
  const header: Record<string, unknown> = { unused: { dtype: 'F32', shape: [BEYOND / 4], data_offsets: [0, BEYOND] } }
  let place = BEYOND
  for (const { name, shape, bytes } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [place, place + bytes.length] }
    place += bytes.length
  }
  const head = safetensors(JSON.stringify(header), new Uint8Array())
  const rest = Buffer.concat(tensors.map(({ bytes }) => bytes))
  writeSparse(path, head.length + place, [
    { at: 0, bytes: head },
    { at: head.length + BEYOND, bytes: rest },
  ])
  await expectSameAs('t5-relu', folder)
})

test('weights that lie beyond 4 GiB of a torch file (zip64) are read', async () => {
  const folder = copyOracle('t5-relu', join(root, 'large-torch'))
  const tensors = tensorsOf(join(folder, 'model.safetensors'))
  rmSync(join(folder, 'model.safetensors'))
  const state: Record<string, StateEntry> = {
    unused: { shape: [BEYOND / 4], strides: [1], storage: 'unused', count: BEYOND / 4 },
  }
  tensors.forEach(({ name, shape, bytes }, i) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, extent) => size * extent, 1))
    state[name] = { shape, strides, storage: String(i), count: bytes.length / 4 }
  })
  const pieces = zip64([
    { name: 'archive/data/unused', bytes: new Uint8Array(), claimed: BEYOND },
    ...tensors.map(({ bytes }, i) => ({ name: `archive/data/${i}`, bytes })),
    { name: 'archive/data.pkl', bytes: statePickle(state) },
  ])
  const last = pieces.at(-1)!
  writeSparse(join(folder, 'pytorch_model.bin'), last.at + last.bytes.length, pieces)
  await expectSameAs('t5-relu', folder)
})

describe('a checkpoint of the size of T5-base', () => {
  // Inside the project, so that the bundle finds the packages it leaves out.
  const bundle = mkdtempSync(join(project, 'node_modules/.convert-test-'))
  const folder = join(root, 't5-base')
  // Says at the end of the process how much memory it took.
  const watch = `data:text/javascript,${encodeURIComponent(
    'process.on("exit", () => console.error("peak memory", process.resourceUsage().maxRSS, "kB"))',
  )}`
  const start = (...args: string[]) =>
    spawn(process.execPath, ['--import', watch, join(bundle, 'cli/main.js'), 'convert', folder, ...args])

  beforeAll(async () => {
    writeRandomT5(folder, T5_BASE, join(oracleFolder('t5-relu'), 'tokenizer.json'))
    await build({ root: project, mode: 'node', logLevel: 'error', build: { outDir: bundle } })
  }, 300_000)
  afterAll(() => rmSync(bundle, { recursive: true }))

  test.each(['q8', 'q4'])('is converted to %s within 600 MB of memory', async dtype => {
    const out = join(root, `t5-base-${dtype}`)
    const child = start('--out', out, '--dtype', dtype)
    const [report, log, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect(code, log).toBe(0)
    const peak = Number(/peak memory (\d+) kB/.exec(log)![1]) / 1024
    console.log(`${dtype}: peak memory ${Math.round(peak)} MB\n${report}`)
    expect(peak).toBeLessThan(600)
    const manifest = parseManifest(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
    expect(JSON.parse(report).loss.int8.error).toBe(manifest.probe.errors.int8)
  })

  test('leaves nothing behind when it is interrupted', async () => {
    const parent = join(root, 'interrupted')
    mkdirSync(parent)
    const child = start('--out', join(parent, 'model'))
    const closed = once(child, 'close')
    while (readdirSync(parent).length === 0) await setTimeout(50)
    child.kill('SIGINT')
    const [code] = await closed
    expect(code).toBe(130)
    expect(readdirSync(parent)).toEqual([])
  })
})
