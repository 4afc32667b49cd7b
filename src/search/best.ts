/** Places of the highest scores above `least`, highest first; of equal ones the earlier first. */
export function best(scores: Float32Array | Float64Array, limit: number, least = 0): number[] {
  // The lowest of the heap lies on top: whoever is not above it does not get in.
  const heap: number[] = []
  const below = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b)
  const sink = (from: number) => {
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
    if (heap.length < limit) {
      heap.push(place)
      if (heap.length === limit) for (let at = limit >> 1; at >= 0; at--) sink(at)
    } else if (limit > 0 && below(heap[0]!, place)) {
      heap[0] = place
      sink(0)
    }
  }
  return heap.sort((a, b) => scores[b]! - scores[a]! || a - b)
}
