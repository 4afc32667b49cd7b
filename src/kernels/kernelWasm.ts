import { modelError } from '../api/modelErrors.js'
import { kernelBuild } from './kernelBuild.js'

/** The build of kernels/ for this engine. @throws RerankError `runtime-failed` */
export async function kernelWasm(): Promise<Uint8Array<ArrayBuffer>> {
  const { kernelTexts } = await import('./kernelTexts.js')
  const text = kernelTexts[kernelBuild()]
  if (text === undefined) throw modelError('runtime-failed', 'The sources of the library run without its build.')
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
}
