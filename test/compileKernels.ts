import { compileKernels } from '../build/compileKernels.js'
import { KERNEL_BUILDS } from '../src/kernels/kernelBuild.js'

/** Before the tests, which wait less long than the compiler may take. */
export default async function setup(): Promise<void> {
  for (const build of KERNEL_BUILDS) await compileKernels(build)
}
