/** The builds of kernels/: `plain` needs SIMD, `relaxed` relaxed SIMD. */
export const KERNEL_BUILDS = ['relaxed', 'plain'] as const

export type KernelBuild = (typeof KERNEL_BUILDS)[number]

/** A function that adds a relaxed dot product of its local vector. */
const RELAXED = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  ...[10, 15, 1, 13, 1, 1, 0x7b, 0x20, 0, 0x20, 0, 0x20, 0, 0xfd, 0x93, 2, 0x0b],
)

/** The build for this engine. */
export function kernelBuild(): KernelBuild {
  return WebAssembly.validate(RELAXED) ? 'relaxed' : 'plain'
}
