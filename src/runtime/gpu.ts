import { modelError } from '../api/modelErrors.js'

/**
 * The narrowest subgroup for which onnxruntime's attention kernel is correct. With narrower ones it is silently wrong.
 */
const SMALLEST_SUBGROUP = 8

/** @throws RerankError `no-webgpu` */
export async function requestAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw modelError('no-webgpu', 'There is no WebGPU adapter.')
  return adapter
}

/** The adapter's `info`. Chrome before 127 has none, and Safari leaves fields out. */
function infoOf(adapter: GPUAdapter): Partial<GPUAdapterInfo> {
  return (adapter.info as GPUAdapterInfo | undefined) ?? {}
}

/**
 * Whether the adapter is a CPU that emulates a GPU: correct, but slower than WASM. An adapter that does not say so is
 * timed like any other.
 */
export function isSoftware(adapter: GPUAdapter): boolean {
  return infoOf(adapter).isFallbackAdapter ?? false
}

/** Identifies the adapter and its driver, as far as the browser names them. */
export function describeAdapter(adapter: GPUAdapter): string {
  const { vendor, architecture, device, description } = infoOf(adapter)
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed'
}

/**
 * Opens a device with all of the adapter's limits and the features that speed up onnxruntime's kernels.
 * @throws RerankError `no-webgpu`
 */
export async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredFeatures: GPUFeatureName[] = []
  if (adapter.features.has('shader-f16')) requiredFeatures.push('shader-f16')
  if (adapter.features.has('subgroups') && (infoOf(adapter).subgroupMinSize ?? 0) >= SMALLEST_SUBGROUP) {
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
    const limit = adapter.limits[name] as number | undefined
    // Drafts of WebGPU had other limits, and requesting an undefined one throws.
    if (limit !== undefined) requiredLimits[name] = limit
  }
  try {
    return withAdapterInfo(await adapter.requestDevice({ requiredFeatures, requiredLimits }), adapter)
  } catch (cause) {
    throw modelError('no-webgpu', 'The WebGPU adapter gave no device.', { cause })
  }
}

/** The specification's values for a browser that reveals nothing. */
const NOTHING_REVEALED = {
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  subgroupMinSize: 4,
  subgroupMaxSize: 128,
  isFallbackAdapter: false,
}

/** Fills in every field of the device's `adapterInfo`: onnxruntime reads them all and crashes on a missing one. */
function withAdapterInfo(device: GPUDevice, adapter: GPUAdapter): GPUDevice {
  const revealed = (device.adapterInfo as GPUAdapterInfo | undefined) ?? infoOf(adapter)
  const fields = Object.keys(NOTHING_REVEALED) as (keyof typeof NOTHING_REVEALED)[]
  const value = Object.fromEntries(fields.map(field => [field, revealed[field] ?? NOTHING_REVEALED[field]]))
  return Object.defineProperty(device, 'adapterInfo', { value })
}
