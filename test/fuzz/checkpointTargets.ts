import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { promptTemplate } from '../../models/convert/promptTemplate.js'
import { readTokenizer } from '../../models/convert/tokenizerFile.js'
import { type OracleName, oracleFolder } from '../../models/oracles/read.js'
import { type Case, mutateSafetensors, type Target, useTokenizer } from './browserTargets.js'
import { Finding } from './guards.js'
import { mutateBytes } from './mutateBytes.js'
import { mutatedText } from './mutateJson.js'
import type { Random } from './random.js'

const NAMES: OracleName[] = [
  't5-gated',
  't5-wrapped',
  't5-sharded',
  'bert-gated',
  'cross-encoder',
  'cross-encoder-vocab',
]

interface Files {
  name: string
  folder: string
  files: Map<string, Uint8Array>
}

/** Files that convert reads; each is damaged by what knows its format, or byte by byte. */
const damage: [RegExp, (bytes: Uint8Array, random: Random) => Uint8Array][] = [
  [/\.safetensors$/, mutateSafetensors],
  [/\.json$/, (bytes, random) => (random.chance(0.2) ? mutateBytes(bytes, random, 0.1) : json(bytes, random))],
  [/^(pytorch_model\.bin|spiece\.model|vocab\.txt)$/, (bytes, random) => mutateBytes(bytes, random, 0.3)],
]

/** Checkpoint folders with one file damaged. @param root where they are copied to */
export class DamagedCheckpoints {
  readonly #checkpoints: Files[]

  constructor(root: string) {
    this.#checkpoints = NAMES.map(name => {
      const folder = join(root, name)
      mkdirSync(folder, { recursive: true })
      cpSync(oracleFolder(name), folder, { recursive: true })
      const files = readdirSync(folder).filter(file => file !== 'oracle.json' && damage.some(([of]) => of.test(file)))
      return {
        name,
        folder,
        files: new Map(files.map(file => [file, new Uint8Array(readFileSync(join(folder, file)))])),
      }
    })
  }

  /** Damages one; `restore` mends it. */
  make(random: Random): { folder: string; bytes: number; restore(): void } {
    const { folder, files } = random.pick(this.#checkpoints)
    const file = random.pick([...files.keys()])
    const original = files.get(file)!
    const damaged = damage.find(([of]) => of.test(file))![1](original, random)
    writeFileSync(join(folder, file), damaged)
    let bytes = damaged.length
    for (const [other, content] of files) if (other !== file) bytes += content.length
    return { folder, bytes, restore: () => writeFileSync(join(folder, file), original) }
  }
}

/**
 * Everything that convert reads of a checkpoint, up to the computing: config, weights to the last row, tokenizer,
 * prompt.
 */
export function checkpointTarget(checkpoints: DamagedCheckpoints): Target {
  return (random): Case => {
    const { folder, bytes, restore } = checkpoints.make(random)
    return {
      bytes,
      run() {
        const checkpoint = openCheckpoint(folder)
        try {
          for (const { name, shape } of checkpoint.specs) {
            const numbers = checkpoint.rows(name, 0, shape[0]!)
            const size = shape.reduce((product, extent) => product * extent, 1)
            if (numbers.length !== size) throw new Finding(`${name} has ${numbers.length} numbers, its shape ${size}`)
          }
          const tokenizer = readTokenizer(checkpoint.encoder, checkpoint.architecture.vocabulary)
          promptTemplate(checkpoint, tokenizer, checkpoint.views ?? 4)
          useTokenizer(tokenizer.json)
        } finally {
          checkpoint.close()
        }
      },
      end: restore,
    }
  }
}

function json(bytes: Uint8Array, random: Random): Uint8Array {
  return new TextEncoder().encode(mutatedText(JSON.parse(new TextDecoder().decode(bytes)), random))
}
