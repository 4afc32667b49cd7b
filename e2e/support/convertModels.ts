import { convert } from '../../models/convert/convert.js'
import { type ORACLES, oracleFolder, readOracle } from '../../models/oracles/read.js'

export const MODELS_FOLDER = '.cache/e2e/models'

/** Before all tests: the oracles' checkpoints as models, served at /models/<name>-<dtype>/. */
export default async function convertModels(): Promise<void> {
  const wanted: [(typeof ORACLES)[number], 'fp32' | 'q8' | 'q4'][] = [
    ['bert-relu', 'fp32'],
    ['bert-relu', 'q8'],
    ['bert-relu', 'q4'],
    ['t5-relu', 'fp32'],
    ['t5-relu', 'q8'],
    ['t5-odd', 'fp32'],
  ]
  for (const [name, dtype] of wanted) {
    const { views, maxLength } = readOracle(name)
    const out = `${MODELS_FOLDER}/${name}-${dtype}`
    await convert(oracleFolder(name), { out, dtype, views, maxLength, force: true })
  }
  for (const dtype of ['fp32', 'q8'] as const) {
    await convert(oracleFolder('cross-encoder'), { out: `${MODELS_FOLDER}/cross-encoder-${dtype}`, dtype, force: true })
  }
}
