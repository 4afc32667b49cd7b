/**
 * Candidates with the lengths that passages of web documents have: log-normal around 56 words, from 8 to 200; the words
 * are made up, since only their number matters to an engine's speed. Equal seeds give equal lists.
 * @param all if given, how many words each has
 */
export function passages(count: number, seed = 1, all?: number): string[] {
  const random = uniform(seed)
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
    const words = all ?? Math.round(Math.min(200, Math.max(8, 56 * Math.exp(0.45 * normal))))
    return Array.from({ length: words }, () => vocabulary[Math.floor(random() * vocabulary.length)]).join(' ')
  })
}

const vocabulary =
  `time water people world garden river engine history number letter music country energy question answer system
  animal forest winter summer teacher school doctor island building street machine science story winner market paper colour bridge
  mountain station window kitchen journey message picture island weather language morning evening`
    .trim()
    .split(/\s+/)

/** Park and Miller's generator: (0, 1). */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
