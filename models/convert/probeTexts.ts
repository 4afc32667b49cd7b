/**
 * The list by which a device proves itself: passages from one word to about a hundred tokens, so that short and long paddings, the prompt's
 * whole shape and text beyond ASCII are all run.
 */
export const PROBE_QUERY = 'Why do cats purr?'

export const PROBE_PASSAGES = [
  'A cat purrs by moving the muscles of its larynx about twenty-five times a second, breathing in and out. A calm or sleepy cat does it most.',
  'Purring.',
  'Sourdough rises slowly: wild yeast needs a warm kitchen and most of a day.',
  'Das Café »Zur Katze« in Zürich öffnet um 7 Uhr; naïve guests are surprised that the cat sleeps on the till, and that a coffee costs 5 €.',
  'Purring is not always a sign of comfort. Cats in pain purr as well, and so do cats that give birth or are close to death. One idea is that the steady, low vibration helps bones and muscles to heal; another is that a kitten purrs so that its mother knows all is well, and that grown cats keep the habit with people, as a request for quiet company. Neither has been proven, and both may be true.',
  'The night train to the coast leaves platform four at 22:40 and carries bicycles, if they are booked before noon.',
]
