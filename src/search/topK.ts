/** Indices of the `k` highest scores above `least`, highest first. Equal scores keep their order. */
export function topK(scores: Float32Array | Float64Array, k: number, least = 0): number[] {
  // A min-heap: a score must beat the lowest one, on top, to enter.
  const heap: number[] = []
  const below = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b)
  const siftDown = (from: number) => {
    for (let at = from; ; ) {
      let lowest = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && below(heap[child]!, heap[lowest]!)) lowest = child
      }
      if (lowest === at) return
      ;[heap[at], heap[lowest]] = [heap[lowest]!, heap[at]!]
      at = lowest
    }
  }
  for (let place = 0; place < scores.length; place++) {
    if (!(scores[place]! > least)) continue
    if (heap.length < k) {
      heap.push(place)
      if (heap.length === k) for (let at = k >> 1; at >= 0; at--) siftDown(at)
    } else if (k > 0 && below(heap[0]!, place)) {
      heap[0] = place
      siftDown(0)
    }
  }
  return heap.sort((a, b) => scores[b]! - scores[a]! || a - b)
}
