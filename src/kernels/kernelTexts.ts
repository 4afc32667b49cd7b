import type { KernelBuild } from './kernelBuild.js'

/** The builds of kernels/ in base64. Every build of the library fills them in (build/kernelsPlugin.ts). */
export const kernelTexts: Partial<Record<KernelBuild, string>> = {}
