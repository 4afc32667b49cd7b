/**
 * Fills the packages of the weights, `node packages/copyWeights.mjs`: the models lie in public/models, and git keeps
 * them once. `npm run build:package` calls it before something is packed.
 */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

for (const model of ['mvp-mini', 'mvp-mini-q4']) {
  const folder = join(root, 'packages', model)
  rmSync(join(folder, model), { recursive: true, force: true })
  cpSync(join(root, 'public/models', model), join(folder, model), { recursive: true })
  for (const licence of ['LICENSE', 'LICENSE-WEIGHTS']) cpSync(join(root, licence), join(folder, licence))
}
