import type { OracleName } from '../../models/oracles/read.js'
import type { Dtype } from '../../src/api/models.js'
import { convertOracle } from '../../test/convertOracle.js'
import { RANKED_ALONE } from './alone.js'
import { RANKED_CROSS_ENCODERS } from './crossEncoder.js'

export const MODELS_FOLDER = '.cache/e2e/models'

/** Before all tests: the oracles' checkpoints as models, served at /models/<name>-<dtype>/. */
export default async function convertModels(): Promise<void> {
  const wanted: [OracleName, Dtype][] = [
    ['bert-relu', 'fp32'],
    ['bert-relu', 'q8'],
    ['bert-relu', 'q4'],
    ['t5-relu', 'fp32'],
    ['t5-relu', 'q8'],
    ['t5-odd', 'fp32'],
    ...[...RANKED_CROSS_ENCODERS, ...RANKED_ALONE].flatMap((name): [OracleName, Dtype][] => [
      [name, 'fp32'],
      [name, 'q8'],
    ]),
  ]
  for (const [name, dtype] of wanted) {
    await convertOracle(name, { out: `${MODELS_FOLDER}/${name}-${dtype}`, dtype, force: true })
  }
}
