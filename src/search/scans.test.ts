import { expect, it } from 'vitest'
import { compileScans } from '../../build/compileKernels.js'
import { SCANS_WASM } from './scans.js'

it('are the module that kernels/scans.ts compiles to', async () => {
  expect(SCANS_WASM).toBe(Buffer.from(await compileScans()).toString('base64'))
}, 60_000)
