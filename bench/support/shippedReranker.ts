import type { CreateOptions, Reranker } from '../../src/node.js'

/** In a variable, so that the type checker reads the sources in its place. */
const BUILT = '../../dist/node.js'
/** Set it to 1 on a busy machine: threads that wait for each other also wait for the other programs. */
const THREADS = Number(process.env.BENCH_THREADS ?? 0) || 'auto'

/** The package as `npm run build` made it. */
export function builtPackage(): Promise<typeof import('../../src/node.js')> {
  return import(BUILT)
}

/** The built package's reranker with the shipped model, on `BENCH_THREADS` threads. */
export async function shippedReranker(options: CreateOptions = {}): Promise<Reranker> {
  const { createReranker } = await builtPackage()
  return createReranker({ model: 'mvp-mini', threads: THREADS, ...options })
}
