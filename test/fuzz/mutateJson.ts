import type { Random } from './random.js'

type Container = Record<string, unknown> | unknown[]

/** What nobody writes on purpose. */
const odd: ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => '',
  () => 'x',
  () => '\ud800',
  () => '../../etc/passwd',
  () => 'a'.repeat(70_000),
  () => [],
  () => ({}),
  () => [[[[]]]],
  () => DEEP,
  () => ({ length: 2 ** 32 }),
  () => ({ toString: 1, valueOf: 2 }),
  () => JSON.parse('{"__proto__": {"polluted": 1}}'),
  random => random.pick([0, -0, -1, 1, 0.5, 1e-320, 1e308, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e21]),
  random => Array.from({ length: random.below(2000) }, () => random.below(100)),
]

const DEEP = '\u0001deep'

/** A damaged copy as text; now and then with a list that is nested deeper than any stack. */
export function mutatedText(original: unknown, random: Random): string {
  const text = JSON.stringify(mutateJson(original, random))
  const depth = random.pick([100, 100, 100, 20_000])
  return text.replaceAll(JSON.stringify(DEEP), () => '['.repeat(depth) + ']'.repeat(depth))
}

/**
 * A copy of a JSON value with one to four changes at places chosen at random; or a value that is something else
 * altogether.
 */
function mutateJson(original: unknown, random: Random): unknown {
  if (random.chance(0.01)) return random.pick(odd)(random)
  const root = structuredClone(original)
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const container = descend(root, random)
    if (container) change(container, random)
  }
  return root
}

/**
 * A container at random; on the way down it stops with equal chances at every depth, so that small parts are not lost
 * beside large ones.
 */
function descend(root: unknown, random: Random): Container | undefined {
  let here: unknown = root
  let container: Container | undefined
  while (typeof here === 'object' && here !== null) {
    container = here as Container
    const keys = Object.keys(container)
    if (keys.length === 0 || random.chance(0.3)) break
    here = (container as Record<string, unknown>)[random.pick(keys)]
  }
  return container
}

function change(container: Container, random: Random): void {
  const record = container as Record<string, unknown>
  const keys = Object.keys(record)
  const key = keys.length === 0 ? 'x' : random.pick(keys)
  const other = keys.length === 0 ? 'x' : random.pick(keys)
  const value = record[key]
  switch (random.below(8)) {
    case 0:
    case 1:
      record[key] = random.pick(odd)(random)
      return
    case 2:
      if (Array.isArray(container)) container.splice(random.below(container.length + 1), random.below(3))
      else delete record[key]
      return
    case 3: // a key that is not known, or one of every object's
      // Of a list, JSON keeps nothing but its items.
      if (!Array.isArray(container)) record[random.pick(['unknown', 'constructor', 'toString', key + key])] = value
      return
    case 4:
      ;[record[key], record[other]] = [record[other], record[key]]
      return
    case 5:
      if (Array.isArray(container)) for (let i = random.below(20); i > 0; i--) container.push(structuredClone(value))
      return
    default:
      if (typeof value === 'number') {
        record[key] = random.pick([value + 1, value - 1, -value, value * 2, value / 2, value * 65536, value + 0.5])
      } else if (typeof value === 'string') {
        record[key] = random.pick([value.slice(1), value + value, value.toUpperCase(), `${value}\u0000`, `{${value}}`])
      } else {
        record[key] = random.pick(odd)(random)
      }
  }
}
