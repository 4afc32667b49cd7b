import { RerankError } from '../api/errors.js'

/**
 * The widths of subgroup for which onnxruntime's attention kernel is right; with narrower ones it is silently wrong.
 */
const SMALLEST_SUBGROUP = 8

/** @throws RerankError `no-webgpu` */
export async function requestAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new RerankError('no-webgpu', 'There is no WebGPU adapter.')
  return adapter
}

/** Whether the adapter is a CPU that emulates a GPU: correct, but slower than WASM. */
export function isSoftware(adapter: GPUAdapter): boolean {
  return adapter.info.isFallbackAdapter
}

/** Identifies the adapter and its driver, as far as the browser names them. */
export function describeAdapter({ info }: GPUAdapter): string {
  const words = [info.vendor, info.architecture, info.device, info.description].filter(word => word !== '')
  return words.join(' ') || 'unnamed'
}

/** A device with all of the adapter's limits and the features that onnxruntime's kernels use well. */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredFeatures: GPUFeatureName[] = []
  if (adapter.features.has('shader-f16')) requiredFeatures.push('shader-f16')
  if (adapter.features.has('subgroups') && (adapter.info.subgroupMinSize ?? 0) >= SMALLEST_SUBGROUP) {
    requiredFeatures.push('subgroups' as GPUFeatureName)
  }
  const requiredLimits: Record<string, number> = {}
  for (const name of [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxComputeWorkgroupStorageSize',
    'maxComputeInvocationsPerWorkgroup',
    'maxComputeWorkgroupSizeX',
    'maxComputeWorkgroupSizeY',
    'maxComputeWorkgroupSizeZ',
    'maxComputeWorkgroupsPerDimension',
    'maxStorageBuffersPerShaderStage',
  ] as const) {
    requiredLimits[name] = adapter.limits[name]
  }
  try {
    return await adapter.requestDevice({ requiredFeatures, requiredLimits })
  } catch (cause) {
    throw new RerankError('no-webgpu', 'The WebGPU adapter gave no device.', { cause })
  }
}
