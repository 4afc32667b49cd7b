/** Sections of a handbook about bread, for tests of the search element; `part` and `language` are its filters. */
const texts = [
  [
    'Starter',
    'Feeding a starter',
    'A starter is a culture of wild yeast and bacteria. Feed it with equal weights of flour and water. It doubles within six hours when it is healthy.',
  ],
  [
    'Starter',
    'Keeping a starter cold',
    'In the refrigerator a starter sleeps. Feed it once a week. Take it out the evening before you bake.',
  ],
  [
    'Starter',
    'When a starter smells',
    'A sharp smell of acetone says that it is hungry. Pour half of it away and feed the rest twice a day.',
  ],
  [
    'Dough',
    'Why dough rises',
    'Yeast eats sugar and gives off carbon dioxide. The gas is held by gluten, and the dough rises. Warmth makes it faster, salt makes it slower.',
  ],
  [
    'Dough',
    'Kneading',
    'Kneading lines up strands of gluten. Stop when the dough is smooth and passes the window test.',
  ],
  [
    'Dough',
    'Resting',
    'After mixing, let flour and water rest for half an hour. Enzymes loosen the dough, and kneading takes less time.',
  ],
  [
    'Dough',
    'Hydration',
    'Hydration is the weight of water by the weight of flour. A wet dough gives an open crumb and is harder to shape.',
  ],
  [
    'Baking',
    'Steam',
    'Steam keeps the crust soft while the loaf still grows. Pour hot water into a tray at the bottom of the oven.',
  ],
  [
    'Baking',
    'Temperature of the oven',
    'Begin hot, at 250 degrees, and turn the oven down after ten minutes. The loaf is done when its core has 96 degrees.',
  ],
  ['Baking', 'Cooling', 'Let a loaf cool on a rack. Cut too early, its crumb is still gummy.'],
  [
    'Flour',
    'Kinds of flour',
    'Wheat flour has strong gluten, rye flour has little. Spelt lies in between and is easily kneaded too long.',
  ],
  ['Flour', 'Storing flour', 'Keep flour dry and dark. Whole grain flour turns rancid after some weeks.'],
  [
    'Salt',
    'How much salt',
    'Two percent of the weight of flour is usual. Salt makes gluten stronger and slows the yeast.',
  ],
  ['Water', 'Chlorine in water', 'Strongly chlorinated water slows a starter. Let it stand over night, or boil it.'],
]

export const sections = texts.map(([part, title, text], id) => ({
  id,
  section: id,
  url: `/element/page.html?section=${id}#${title.toLowerCase().replaceAll(' ', '-')}`,
  title: 'Bread',
  path: ['Bread', part, title],
  text,
  filters: { part: [part], language: [id % 5 === 4 ? 'de' : 'en'] },
}))

/** Long sections as an index splits them: a part for each sentence, under one heading and one URL. */
export const inParts = sections
  .flatMap(({ text, ...section }) => text.split(/(?<=\.) /).map(sentence => ({ ...section, text: sentence })))
  .map((part, id, all) => ({ ...part, id, section: all.findIndex(({ section }) => section === part.section) }))

/** Hostile sections, as an index of other people's pages may hold them. */
export const hostile = [
  {
    title: '<img src=x onerror="document.title=\'run\'"> bread',
    url: 'javascript:document.title="run"',
    text: '</span><script>document.title="run"</script> bread <style>*{display:none}</style> is shown as it is written, every character of it.',
  },
  {
    title: 'bread \u202Egnp.exe',
    url: 'data:text/html,<script>1</script>',
    text: 'A \u202E bread title \u2066 that \u2069 turns \u202B what follows it around, so that it passes for another one.',
  },
  {
    title: 'bread '.repeat(80),
    url: 'https://example.org/bread',
    text: `bread${'breadbread'.repeat(200)} and so on, without a space.`,
  },
  {
    title: 'خبز bread',
    url: '/ar',
    text: 'الخبز طعام. bread هو غذاء قديم يصنع من الدقيق والماء والخميرة والملح في كل مكان.',
  },
].map(({ title, url, text }, id) => ({ id, section: id, url, title, path: ['Bread', title], text, filters: {} }))
