import { expect, it } from 'vitest'
import { WardLinkage } from './wardLinkage.js'

/** Small numbers that look random and are the same in every run. */
function numbers(count: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  })
}

/** By definition: merges the two clusters whose union adds least to the squared distances from the means. */
function byDefinition(vectors: Float32Array, count: number, wanted: number): number[][] {
  const width = vectors.length / count
  const spread = (cluster: number[]) => {
    let sum = 0
    for (let k = 0; k < width; k++) {
      const mean = cluster.reduce((sum, i) => sum + vectors[i * width + k]!, 0) / cluster.length
      for (const i of cluster) sum += (vectors[i * width + k]! - mean) ** 2
    }
    return sum
  }
  const clusters = Array.from({ length: count }, (_, i) => [i])
  while (clusters.length > wanted) {
    let best = { a: 0, b: 1, cost: Infinity }
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const cost = spread([...clusters[a]!, ...clusters[b]!]) - spread(clusters[a]!) - spread(clusters[b]!)
        if (cost < best.cost) best = { a, b, cost }
      }
    }
    clusters[best.a]!.push(...clusters.splice(best.b, 1)[0]!)
  }
  return clusters.map(cluster => cluster.sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!)
}

it('gives the clusters of the definition, at every number of them', () => {
  const vectors = numbers(24 * 6)
  const linkage = new WardLinkage(vectors, 24)
  for (let wanted = 1; wanted <= 24; wanted++) {
    const clusters: number[][] = []
    linkage.clusters(wanted).forEach((cluster, i) => {
      clusters[cluster] = [...(clusters[cluster] ?? []), i]
    })
    expect(clusters).toEqual(byDefinition(vectors, 24, wanted))
  }
})

it('ends where vectors are equal, and takes none or one', () => {
  expect([...new WardLinkage(new Float32Array(5 * 4).fill(1), 5).clusters(2)].sort()).toEqual([0, 0, 0, 0, 1])
  expect([...new WardLinkage(new Float32Array(4), 1).clusters(1)]).toEqual([0])
  expect([...new WardLinkage(new Float32Array(), 0).clusters(1)]).toEqual([])
})
