import { modelError } from '../api/modelErrors.js'

/**
 * The widths of subgroup for which onnxruntime's attention kernel is right; with narrower ones it is silently wrong.
 */
const SMALLEST_SUBGROUP = 8

/** @throws RerankError `no-webgpu` */
export async function requestAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw modelError('no-webgpu', 'There is no WebGPU adapter.')
  return adapter
}

/** What the adapter says about itself: Chrome before 127 has no `info`, and Safari leaves fields out. */
function infoOf(adapter: GPUAdapter): Partial<GPUAdapterInfo> {
  return (adapter.info as GPUAdapterInfo | undefined) ?? {}
}

/**
 * Whether the adapter is a CPU that emulates a GPU: correct, but slower than WASM. An adapter that does not say is timed
 * like any other.
 */
export function isSoftware(adapter: GPUAdapter): boolean {
  return infoOf(adapter).isFallbackAdapter ?? false
}

/** Identifies the adapter and its driver, as far as the browser names them. */
export function describeAdapter(adapter: GPUAdapter): string {
  const { vendor, architecture, device, description } = infoOf(adapter)
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed'
}

/** A device with all of the adapter's limits and the features that onnxruntime's kernels use well. */
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
    // Drafts of WebGPU had other limits; asking for an undefined one throws.
    if (limit !== undefined) requiredLimits[name] = limit
  }
  try {
    return withAdapterInfo(await adapter.requestDevice({ requiredFeatures, requiredLimits }), adapter)
  } catch (cause) {
    throw modelError('no-webgpu', 'The WebGPU adapter gave no device.', { cause })
  }
}

/** What the specification allows a browser to say that tells nothing. */
const SAYS_NOTHING = {
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  subgroupMinSize: 4,
  subgroupMaxSize: 128,
  isFallbackAdapter: false,
}

/** The device with every field of `adapterInfo`: onnxruntime reads them all, and one that is missing ends it. */
function withAdapterInfo(device: GPUDevice, adapter: GPUAdapter): GPUDevice {
  const said = (device.adapterInfo as GPUAdapterInfo | undefined) ?? infoOf(adapter)
  const fields = Object.keys(SAYS_NOTHING) as (keyof typeof SAYS_NOTHING)[]
  const value = Object.fromEntries(fields.map(field => [field, said[field] ?? SAYS_NOTHING[field]]))
  return Object.defineProperty(device, 'adapterInfo', { value })
}
