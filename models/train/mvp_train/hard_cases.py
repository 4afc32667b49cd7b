"""Pairs of passages that differ in one thing, made by rules: many of a kind, where `weakness_pairs` has a handful.

Half of each kind's fillings make the pairs to train on, the other half those to test with: no name, thing or number
stands in both.
"""

from itertools import product

TRAIN, TEST = 0, 1

# Fillings: those at even places are for training, those at odd ones for tests.
PEOPLE = [
    "Anna",
    "Bruno",
    "Clara",
    "David",
    "Edith",
    "Felix",
    "Greta",
    "Henry",
    "Irene",
    "Jonas",
    "Karin",
    "Louis",
    "Marta",
    "Nils",
    "Olga",
    "Peter",
    "Rosa",
    "Simon",
    "Tilda",
    "Viktor",
]
THINGS = [
    "pump",
    "lamp",
    "drill",
    "boiler",
    "camera",
    "printer",
    "scooter",
    "heater",
    "mower",
    "freezer",
    "kettle",
    "router",
    "fan",
    "engine",
    "sewing-machine",
    "radio",
]
PLACES = [
    "harbour",
    "library",
    "museum",
    "station",
    "bakery",
    "theatre",
    "school",
    "market",
    "hotel",
    "garden",
    "mill",
    "castle",
    "farm",
    "chapel",
    "bridge",
    "tower",
]


def share(fillings, part):
    return list(fillings)[part::2]


def negation(part):
    uses = [
        ("water", "tap"),
        ("petrol", "tank"),
        ("batteries", "shop"),
        ("salt", "kitchen"),
        ("oil", "can"),
        ("gas", "pipe"),
    ]
    for thing, (need, where) in product(share(THINGS, part), share(uses, part)):
        yield (
            f"{thing} that does not need {need}",
            f"The {thing} from the new series works without any {need}.",
            f"The {thing} needs {need}, which comes from the {where}.",
        )
        yield (
            f"which {thing} runs without {need}",
            f"Nobody has to buy {need} for the small {thing}.",
            f"The {thing} runs on {need}, as do all others of its kind.",
        )


def numbers(part):
    kinds = [
        ("rooms under {} euros a night", "The room costs {} euros a night.", 40, 220),
        ("walks longer than {} kilometres", "The walk is {} kilometres long.", 3, 40),
        ("ships built after {}", "The ship was built in {}.", 1870, 1990),
        ("courses with fewer than {} people", "Up to {} people take part in the course.", 6, 60),
        ("stones heavier than {} kilos", "The stone weighs {} kilos.", 20, 400),
        ("letters written before {}", "The letter was written in {}.", 1750, 1890),
    ]
    for (query, text, low, high), step in product(share(kinds, part), range(16)):
        bound = low + (high - low) * (2 * step + 1 + part) // 34
        apart = max(1, (high - low) // 12)
        less, more = text.format(bound - apart), text.format(bound + apart)
        wants_less = any(word in query for word in ("under", "fewer", "before"))
        yield (query.format(bound), *((less, more) if wants_less else (more, less)))


def comparison(part):
    kinds = [
        ("older", "built long before"),
        ("taller", "higher than"),
        ("larger", "more spacious than"),
        ("cheaper", "less expensive than"),
        ("darker", "less bright than"),
        ("quieter", "less noisy than"),
    ]
    for (word, words), (a, b) in product(share(kinds, part), in_pairs(share(PLACES, part))):
        yield (
            f"what is {word} than the {b}",
            f"The {a} is {word} than the {b} next to it.",
            f"The {b} is {word} than the {a} next to it.",
        )
        yield f"which building is {words} the {b}", f"The {a} is {words} the {b}.", f"The {b} is {words} the {a}."


def who_did_what(part):
    kinds = ["taught", "called", "visited", "paid", "helped", "painted"]
    for did, (a, b) in product(share(kinds, part), in_pairs(share(PEOPLE, part))):
        yield f"who {did} {b}", f"{a} {did} {b} in the spring.", f"{b} {did} {a} in the spring."
        yield f"the one who {did} {b}", f"{b} was {did} by {a} that year.", f"{a} was {did} by {b} that year."


def in_pairs(names):
    return [(a, b) for i, a in enumerate(names) for b in names[i + 1 : i + 4]]


def conditions(part):
    states = [
        ("is too hot", "Let the {} cool down for an hour."),
        ("makes a noise", "Tighten the screws of the {}."),
        ("does not start", "Check the cable of the {}."),
        ("smells of smoke", "Switch the {} off and open the window."),
        ("is wet inside", "Dry the {} with a cloth."),
        ("shows an error", "Press the button of the {} for ten seconds."),
    ]
    own = share(states, part)
    for thing, i in product(share(THINGS, part), range(len(own))):
        (state, act), (other, _) = own[i], own[(i + 1) % len(own)]
        yield (
            f"what to do if the {thing} {state}",
            f"In case the {thing} {state}: {act.format(thing)[0].lower()}{act.format(thing)[1:]}",
            f"In case the {thing} {other}: {act.format(thing)[0].lower()}{act.format(thing)[1:]}",
        )
        yield (
            f"what to do when the {thing} {state} but is new",
            f"If the {thing} {state} and is new, bring it back to the shop.",
            f"If the {thing} {state} and is old, bring it back to the shop.",
        )


def identifiers(part):
    verbs = ["read", "write", "load", "store", "parse", "print", "open", "close", "send", "fetch", "merge", "split"]
    nouns = ["Line", "Page", "Block", "Header", "Token", "Index", "Image", "Record"]
    for verb, noun in product(share(verbs, part), share(nouns, part)):
        yield (
            f"what does {verb}{noun}s return",
            f"{verb}{noun}s(source) returns a list and stops at the end of the source.",
            f"{verb}{noun}(source) returns one value and stops at the end of the source.",
        )
        yield (
            f"replace the deprecated function {verb}{noun}",
            f"{verb}{noun} is deprecated: use {verb}{noun}Async, which takes the same arguments.",
            f"{verb}{noun}Async is new: it takes the same arguments as {verb}{noun} and is not deprecated.",
        )


def lexical_traps(part):
    tasks = [
        ("repair", "mended"),
        ("clean", "spotless"),
        ("paint", "green all over"),
        ("move", "in the other house"),
        ("sell", "in new hands"),
        ("test", "known to be safe"),
    ]
    for thing, (task, done) in product(share(THINGS, part), share(tasks, part)):
        yield (
            f"how long does it take to {task} a {thing}",
            f"Within forty minutes the {thing} was {done}.",
            f"How to {task} a {thing}, and how long it may take, is asked by many who own a {thing}.",
        )
        yield (
            f"how much does it cost to {task} a {thing}",
            f"Forty euros, and it was {done}.",
            f"To {task} a {thing} takes an hour; how much of it is rest, the cost of haste tells.",
        )


KINDS = {
    "negation": negation,
    "numbers": numbers,
    "comparison": comparison,
    "who did what": who_did_what,
    "conditions": conditions,
    "code": identifiers,
    "words in the wrong passage": lexical_traps,
}


def pairs(kind, part):
    """All pairs (query, right, wrong) of a kind, of TRAIN or of TEST; no query comes twice."""
    return list({query: (query, right, wrong) for query, right, wrong in KINDS[kind](part)}.values())
