import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { toolError } from '../../src/api/toolErrors.js'
import { MANIFEST_FILE, WEIGHTS_FILE } from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { openWeightsFrom } from '../../src/model/safetensors.js'
import { openFile } from './openFile.js'
import { writeOnnx } from './writeOnnx.js'

/** Whether a folder holds a model that was converted already. */
export const isModelFolder = (folder: string): boolean => existsSync(join(folder, MANIFEST_FILE))

/**
 * Copies a converted model to a new folder and writes its graphs as .onnx files beside it, for models whose checkpoint
 * is not at hand.
 * @returns the files written, the model's own first
 * @throws RerankError output-exists, and those of parseManifest, openWeightsFrom and writeOnnx
 */
export async function exportOnnx(
  folder: string,
  options: { out: string; onProgress?: (share: number) => void },
): Promise<{ path: string; bytes: number }[]> {
  const out = resolve(options.out)
  if (existsSync(out)) throw toolError('output-exists', `${out} exists already`)
  const manifest = parseManifest(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')))
  const temporary = `${out}.partial-${process.pid}`
  await mkdir(temporary, { recursive: true })
  try {
    const copied = [MANIFEST_FILE, ...manifest.files.map(({ path }) => path)]
    for (const path of copied) await copyFile(join(folder, path), join(temporary, path))
    const weights = openFile(join(folder, WEIGHTS_FILE))
    try {
      const { onProgress = () => {} } = options
      const model = { ...manifest, depth: manifest.defaults.depth }
      const written = writeOnnx(openWeightsFrom(weights), model, manifest.dtype, temporary, onProgress)
      await rename(temporary, out)
      return [...manifest.files.map(({ path, bytes }) => ({ path, bytes })), ...written]
    } finally {
      weights.close()
    }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}
