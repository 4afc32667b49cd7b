import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenFile } from '../../models/convert/openFile.js'
import { readPickle } from '../../models/convert/pickle.js'
import { tokenizerFromSpiece } from '../../models/convert/spiece.js'
import { readRows } from '../../models/convert/storedTensor.js'
import { readTorchFile } from '../../models/convert/torchFile.js'
import { tokenizerFromVocabulary } from '../../models/convert/vocabulary.js'
import { readZip } from '../../models/convert/zip.js'
import { oracleFolder } from '../../models/oracles/read.js'
import { ProtobufWriter, protobufFields } from '../../src/graph/protobuf.js'
import { type Target, useTokenizer } from './browserTargets.js'
import { joined, mutateBytes } from './mutateBytes.js'
import type { Random } from './random.js'

/**
 * The formats inside of a checkpoint, each by itself and from memory: far more of their cases than by way of whole
 * folders.
 */
export function formatTargets(): Record<string, Target> {
  const torch = read('t5-wrapped', 'pytorch_model.bin')
  const { begin, bytes } = [...readZip(inMemory(torch))].find(([name]) => name.endsWith('data.pkl'))![1]
  const pickle = torch.slice(begin, begin + bytes)
  const spiece = withoutMap(read('t5-gated', 'spiece.model'))
  const vocabulary = read('cross-encoder-vocab', 'vocab.txt')
  const tokenizer = JSON.parse(new TextDecoder().decode(read('t5-relu', 'tokenizer.json')))
  const map = Uint8Array.from(Buffer.from(charsMapOf(tokenizer).precompiled_charsmap, 'base64'))
  return {
    pickle: random => readBy(random.chance(0.3) ? opcodes(random) : mutateBytes(pickle, random, 0.1), readPickle),
    torch: random =>
      readBy(mutateBytes(torch, random, 0.4), file => {
        for (const tensor of readTorchFile(inMemory(file))) readRows(tensor, 0, tensor.shape[0] ?? 1)
      }),
    spiece: random =>
      readBy(mutateBytes(spiece, random, 0.1), file =>
        useTokenizer(JSON.parse(JSON.stringify(tokenizerFromSpiece(file)))),
      ),
    vocabulary: random =>
      readBy(mutateBytes(vocabulary, random, 0.3), file =>
        useTokenizer(JSON.parse(JSON.stringify(tokenizerFromVocabulary(file, { tokens: new Map() })))),
      ),
    charsMap: random =>
      readBy(mutateBytes(map, random, 0.5), file => {
        const copy = structuredClone({ ...tokenizer, normalizer: null })
        copy.normalizer = { type: 'Precompiled', precompiled_charsmap: Buffer.from(file).toString('base64') }
        useTokenizer(copy)
      }),
  }
}

/** The file without its normalizer's 240 kB, which are damaged by themselves. */
function withoutMap(file: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  for (const { number, value } of protobufFields(file)) {
    if (number !== 1 || !(value instanceof Uint8Array)) continue
    kept.push(new ProtobufWriter().data(1, value).finish())
  }
  return joined(...kept)
}

const readBy = (file: Uint8Array, reader: (file: Uint8Array) => unknown) => ({
  bytes: file.length,
  run: () => void reader(file),
})

/**
 * A pickle of operations at random: the memo, marks and calls meet in ways that no damage to a file would bring about.
 */
function opcodes(random: Random): Uint8Array {
  const texts = [
    'collections\nOrderedDict\n',
    'torch._utils\n_rebuild_tensor_v2\n',
    'torch\nFloatStorage\n',
    'os\nsystem\n',
  ]
  const one = [
    0x28, 0x30, 0x4e, 0x88, 0x5d, 0x29, 0x7d, 0x74, 0x85, 0x86, 0x87, 0x61, 0x65, 0x73, 0x75, 0x62, 0x94, 0x93, 0x51,
    0x52,
  ]
  const codes = [0x80, 2]
  for (let length = random.below(400); length > 0; length--) {
    const kind = random.next()
    if (kind < 0.25) codes.push(0x68, random.below(8))
    else if (kind < 0.35) codes.push(0x4b, random.below(256))
    else if (kind < 0.45) codes.push(0x63, ...Buffer.from(random.pick(texts)))
    else codes.push(random.pick(one))
  }
  return Uint8Array.from([...codes, 0x2e])
}

const read = (name: Parameters<typeof oracleFolder>[0], file: string) =>
  new Uint8Array(readFileSync(join(oracleFolder(name), file)))

function charsMapOf(tokenizer: { normalizer: { normalizers?: unknown[] } }): { precompiled_charsmap: string } {
  const all = [tokenizer.normalizer, ...(tokenizer.normalizer.normalizers ?? [])] as { precompiled_charsmap?: string }[]
  return all.find(each => each.precompiled_charsmap) as { precompiled_charsmap: string }
}

function inMemory(bytes: Uint8Array): OpenFile {
  return {
    name: 'file',
    bytes: bytes.length,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        throw new RangeError(`${length} bytes at ${offset} are read of a file of ${bytes.length}`)
      }
      return bytes.slice(offset, offset + length)
    },
    close() {},
  }
}
