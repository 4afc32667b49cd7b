import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { KernelBuild } from '../src/kernels/kernelBuild.js'

const FOLDER = fileURLToPath(new URL('../kernels/', import.meta.url))
/** Where builds are kept, by the names that they have beside the worker. */
export const KERNELS_CACHE = new URL('../.cache/kernels/', import.meta.url)

/** Compiles kernels/ to WebAssembly, which takes seconds. Results are kept until the sources change. */
export async function compileKernels(build: KernelBuild): Promise<Uint8Array<ArrayBuffer>> {
  const file = fileURLToPath(new URL(`kernels-${build}.wasm`, KERNELS_CACHE))
  const stamp = `${file}.sources`
  const sources = fingerprint()
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
    const wasm = await compile(build)
    mkdirSync(KERNELS_CACHE, { recursive: true })
    // Another process may write the same file.
    writeFileSync(`${file}.${process.pid}`, wasm)
    renameSync(`${file}.${process.pid}`, file)
    writeFileSync(stamp, sources)
  }
  return new Uint8Array(readFileSync(file))
}

/** Of all that a build depends on. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(FOLDER).sort()) {
    if (name.endsWith('.ts')) hash.update(name).update(readFileSync(FOLDER + name))
  }
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex')
}

/** The module of `bench/engines/kernels.bench.ts`. */
export function compileLoops(build: KernelBuild): Promise<Uint8Array> {
  return compile(build, 'loops.ts')
}

function compile(build: KernelBuild, file = 'index.ts'): Promise<Uint8Array> {
  return compileFile(file, [
    // Memory comes from outside, with nothing in it.
    ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', `simd,bulk-memory,threads${build === 'relaxed' ? ',relaxed-simd' : ''}`, '--sharedMemory'],
  ])
}

/** The module that `src/search/scans.ts` holds as text. */
export function compileScans(): Promise<Uint8Array> {
  return compileFile('scans.ts', ['--initialMemory', '1', '--enable', 'simd'])
}

async function compileFile(file: string, options: readonly string[]): Promise<Uint8Array> {
  // The compiler is large, and most calls do not need it.
  const { default: asc } = await import('assemblyscript/asc')
  let wasm: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [
      file,
      ...['--baseDir', FOLDER],
      ...['--outFile', 'kernels.wasm'],
      ...['--runtime', 'stub'],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
      ...options,
      // Nothing here aborts.
      ...['--use', 'abort='],
    ],
    {
      writeFile: (_, contents) => {
        wasm = contents as Uint8Array
      },
    },
  )
  if (error || !wasm) throw new Error(`kernels/ does not compile: ${error?.message}\n${stderr.toString()}`)
  return wasm
}
