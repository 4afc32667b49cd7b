"""Pairs of passages that differ in one thing, by kind, and the lists in which they are ranked."""

# kind: (query, right, wrong)
PAIRS = {
    "topic": [
        (
            "how to boil an egg",
            "Lower the egg into simmering water and take it out after seven minutes.",
            "Knead the dough until it is smooth and let it rise for an hour.",
        ),
        (
            "what causes rust",
            "Iron that meets water and oxygen slowly turns into a flaky red oxide.",
            "Copper wires are drawn through ever smaller holes until they are thin.",
        ),
        (
            "why do cats purr",
            "A cat purrs when it is content, and sometimes to calm itself when it is hurt.",
            "A dog wags its tail when it recognises a person it likes.",
        ),
        (
            "capital of portugal",
            "Lisbon has been the seat of Portugal's government since the thirteenth century.",
            "Porto, in the north, gave its name to a sweet wine.",
        ),
    ],
    "negation": [
        (
            "which birds cannot fly",
            "Penguins and ostriches have wings but never leave the ground.",
            "Swallows and swifts are birds that spend nearly all their lives in flight.",
        ),
        (
            "animals that do not hibernate",
            "Foxes stay active and hunt through the whole winter.",
            "Hedgehogs hibernate from November to March in a nest of leaves.",
        ),
        (
            "metals that are not magnetic",
            "Aluminium and copper are not attracted by a magnet.",
            "Iron, nickel and cobalt are metals that a magnet attracts.",
        ),
        (
            "foods without gluten",
            "Rice and maize are naturally free of gluten.",
            "Bread, pasta and other foods made of wheat are rich in gluten.",
        ),
        (
            "countries that have no coast",
            "Austria is surrounded by land on every side.",
            "Portugal is a country with a long Atlantic coast.",
        ),
        (
            "planets without moons",
            "Neither Mercury nor Venus is orbited by any satellite.",
            "Jupiter and Saturn are planets with dozens of moons.",
        ),
    ],
    "numbers": [
        ("trains that leave before 9 in the morning", "The express departs at 8:15.", "The express departs at 9:40."),
        (
            "flats under 500 euros a month",
            "The flat by the park costs 460 euros a month.",
            "The flat by the park costs 680 euros a month.",
        ),
        ("mountains higher than 4000 metres", "The peak rises to 4,350 metres.", "The peak rises to 3,150 metres."),
        ("events after 1950", "The bridge was opened in 1964.", "The bridge was opened in 1931."),
        (
            "recipes that take less than 20 minutes",
            "The soup is ready in a quarter of an hour.",
            "The soup is ready in three quarters of an hour.",
        ),
        (
            "towns with more than 100000 inhabitants",
            "The town has a population of 140,000.",
            "The town has a population of 60,000.",
        ),
    ],
    "code": [
        ("sort a list in descending order in python", "sorted(items, reverse=True)", "sorted(items)"),
        (
            "read a file line by line in python",
            "with open(path) as f:\n    for line in f: handle(line)",
            "with open(path, 'w') as f:\n    f.write(text)",
        ),
        ("undo the last git commit but keep the changes", "git reset --soft HEAD~1", "git commit --amend --no-edit"),
        ("remove duplicates from an array in javascript", "[...new Set(values)]", "values.concat(others)"),
        ("wait for a promise in javascript", "const result = await load()", "setTimeout(load, 1000)"),
        (
            "sql query that counts rows per group",
            "SELECT city, COUNT(*) FROM people GROUP BY city",
            "SELECT city, name FROM people ORDER BY city",
        ),
    ],
    "other languages": [
        (
            "wie backt man brot",
            "Mehl, Wasser, Hefe und Salz verkneten, gehen lassen und im heißen Ofen backen.",
            "Der Zug nach Hamburg fährt jede Stunde vom Hauptbahnhof ab.",
        ),
        (
            "pourquoi le ciel est bleu",
            "L'air diffuse davantage la lumière bleue que la lumière rouge.",
            "Le marché du village a lieu chaque samedi matin.",
        ),
        (
            "cómo cuidar una planta de interior",
            "Riégala una vez por semana y ponla cerca de una ventana.",
            "El museo abre de martes a domingo y la entrada es gratuita.",
        ),
        (
            "come si fa il caffè",
            "Si riempie la moka d'acqua, si aggiunge la polvere e si mette sul fuoco.",
            "La partita è finita senza gol dopo novanta minuti.",
        ),
        (
            "hoe laat gaat de winkel open",
            "De zaak opent om negen uur en sluit om zes uur.",
            "De rivier stroomt door drie landen naar de zee.",
        ),
    ],
    "who did what": [
        (
            "who taught aristotle",
            "Aristotle was for twenty years a pupil of Plato.",
            "Aristotle was for some years the teacher of Alexander.",
        ),
        (
            "company that bought the small bakery",
            "The mill bought the small bakery in spring.",
            "The small bakery bought the mill in spring.",
        ),
        (
            "team that beat the rovers",
            "The rovers lost to the wanderers by two goals.",
            "The rovers won against the wanderers by two goals.",
        ),
        (
            "who wrote a letter to anna",
            "Peter sent Anna a long letter from the coast.",
            "Anna sent Peter a long letter from the coast.",
        ),
        (
            "country that exports wheat to egypt",
            "Egypt buys most of its wheat from Romania.",
            "Egypt sells some of its cotton to Romania.",
        ),
    ],
}


def list_of(pairs, i):
    """The list of pair `i`: its right passage, its wrong one, and the passages of the two pairs that follow."""
    return [text for k in range(3) for text in pairs[(i + k) % len(pairs)][1:]]
