/**
 * A list in the manner of LIMIT (Weller et al., On the Theoretical Limitations of Embedding-Based Retrieval,
 * arXiv:2508.21038): people and the things they like. For every pair of people there is one query, "Who likes …?",
 * that only they answer. A list of n passages has n (n − 1) / 2 queries. Each is trivial for a reader; a single
 * vector per passage must place all pairs at once.
 */
export interface StressList {
  passages: { id: string; text: string }[]
  queries: { id: string; text: string; qrels: ReadonlyMap<string, number> }[]
}

export const MAX_PASSAGES = 48

const NAMES =
  `Ada Anselm Bela Berit Bruno Carla Cyril Dora Edgar Elif Enzo Fatima Felix Greta Hakan Hilde Ivan Jana Jonas Kaya Kurt
Lena Levin Mara Milan Nadia Nils Olga Oskar Paula Petra Quentin Rasmus Rita Samir Selma Stefan Tara Tomas Ulla Vera
Victor Wanda Willem Xenia Yusuf Yvonne Zoltan`.split(/\s+/)

const THINGS =
  `accordions acorns almonds anchors ants apples aquariums artichokes badgers bagpipes balloons bamboo bananas barns
basil beavers beehives beetles bells bicycles birches blueberries boomerangs bridges broccoli buttons cacti camels
candles canoes caramel caravans carrots castles cellos cheese cherries chess chestnuts chimneys clarinets clocks
clouds cobblestones coconuts comets compasses cranes crayons crickets crocuses crosswords cucumbers daisies deserts
dice dolphins dominoes donkeys dragonflies drums ducks eagles eclipses elephants embroidery falcons ferns ferries figs
fireflies fireworks flamingos flutes fog fossils fountains foxes frogs garlic geysers giraffes glaciers globes goats
grapefruit guitars gulls hammocks harps haystacks hazelnuts hedgehogs helicopters herons honey horses hourglasses
icebergs igloos islands ivy jasmine jigsaws juggling kangaroos kayaks kettles kites koalas lanterns lavender lemons
leopards lighthouses lilacs limericks lizards llamas lobsters maps marbles marigolds masks meadows melons meteors
microscopes mirrors mosaics moss moths mountains mushrooms mustard nutmeg oboes octopuses olives onions opera orchids
origami ostriches otters owls oysters pancakes parachutes parrots peaches peacocks peanuts pears pelicans penguins
pianos pigeons pineapples planets plums poetry pomegranates ponies poppies porcupines postcards pottery prisms
pumpkins puppets puzzles pyramids quilts rabbits radishes rafts railways rainbows raisins ravens reefs rhubarb riddles
rivers robots roses rowing sailing salmon sandals saxophones seahorses seals sheep skating sketching skiing sledges
snails snow sparrows spiders spinach squirrels stamps starfish statues storks strawberries submarines sundials
sunflowers swans tambourines tapestries telescopes tents thunder tigers toads tomatoes trains trombones trumpets
tulips turnips turtles typewriters umbrellas unicycles violets violins volcanoes walnuts waterfalls whales
wheelbarrows whistles willows windmills wolves wood xylophones yachts yoghurt zebras`.split(/\s+/)

const COLOURS = ['red', 'blue', 'green', 'white']

/**
 * @param passages from 2 to 48
 * @param seed decides which thing goes to which pair, and the order in which a passage names them
 */
export function makeStressList(passages: number, seed: number): StressList {
  const random = randomBelow(seed)
  const pairs = Array.from({ length: passages }, (_, a) =>
    Array.from({ length: passages - a - 1 }, (_, i) => [a, a + 1 + i] as const),
  ).flat()
  // Plain things first, then things that differ only in colour.
  const plain = shuffled(THINGS, random)
  const coloured = shuffled(
    COLOURS.flatMap(colour => THINGS.map(thing => `${colour} ${thing}`)),
    random,
  )
  const things = [...plain, ...coloured].slice(0, pairs.length)
  const likes: string[][] = Array.from({ length: passages }, () => [])
  const queries = shuffled(pairs, random).map(([a, b], i) => {
    const thing = things[i]!
    likes[a]!.push(thing)
    likes[b]!.push(thing)
    const qrels = new Map([a, b].map(person => [NAMES[person]!, 1]))
    return { id: `q${i + 1}`, text: `Who likes ${thing}?`, qrels }
  })
  return {
    passages: likes.map((liked, person) => {
      const [last, ...others] = shuffled(liked, random)
      const list = others.length === 0 ? last! : `${others.join(', ')} and ${last}`
      return { id: NAMES[person]!, text: `${NAMES[person]} likes ${list}.` }
    }),
    queries,
  }
}

function shuffled<T>(values: readonly T[], random: (below: number) => number): T[] {
  const order = [...values]
  for (let i = order.length - 1; i > 0; i--) {
    const j = random(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** A seeded random generator (mulberry32). */
function randomBelow(seed: number): (below: number) => number {
  let state = seed | 0
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
