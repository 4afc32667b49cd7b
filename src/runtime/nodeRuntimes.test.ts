import { expect, it } from 'vitest'
import { planNodeRuntimes } from './nodeRuntimes.js'

const options = { precision: 'auto', threads: 1, quantized: true, allowsHalf: true } as const

// onnxruntime-node has no binary for Intel Macs.
const native = process.platform !== 'darwin' || process.arch !== 'x64'

it.runIf(native)('tries onnxruntime-node first, then WASM, each in int8 before fp32', async () => {
  const plans = await planNodeRuntimes({ ...options, device: 'auto' })
  expect(plans.map(({ device, precision }) => `${device} ${precision}`)).toEqual([
    'cpu int8',
    'wasm int8',
    'cpu fp32',
    'wasm fp32',
  ])
})

it('takes no other device than the one it was asked for', async () => {
  const wasm = await planNodeRuntimes({ ...options, device: 'wasm' })
  expect(new Set(wasm.map(plan => plan.device))).toEqual(new Set(['wasm']))
  await expect(planNodeRuntimes({ ...options, device: 'webgpu' })).rejects.toMatchObject({ code: 'no-webgpu' })
})
