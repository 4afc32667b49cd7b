"""Writes a tiny corpus in the layout of the real one: two sources and a development set. All sentences were written for it."""

import json
import os
import sys

# title | passage | question
HARBOUR = """
Tides|Twice a day the sea in the harbour rises by four metres, because the moon pulls on the water.|why does the water in the harbour rise
Lighthouse|The lighthouse on the northern pier was built of grey stone and still burns every night.|what is the lighthouse made of
Ferry|The ferry to the island leaves at seven in the morning and returns after sunset.|when does the boat to the island leave
Fish market|Herring and mackerel are sold on the quay before the shops of the town have opened.|which fish can be bought on the quay
Harbour master|Ships may enter only after the harbour master has given them a berth by radio.|who tells a ship where to moor
Ropes|A mooring rope is made of nylon, which stretches when waves lift the ship.|why are mooring ropes made of nylon
Storms|In a storm warning a red ball is hoisted over the customs house and small boats stay in.|what signal warns of a storm
Dredger|Mud settles in the basin, so a dredger digs the channel out every spring.|how is the channel kept deep enough
Seagulls|Seagulls nest on the roofs of the warehouses and chase whoever carries bread.|where do the gulls build their nests
Customs|Goods from abroad are counted in the customs house before they may be sold.|where are foreign goods counted
Dry dock|A ship's hull is cleaned in the dry dock, from which all water is pumped.|where is the bottom of a ship cleaned
Pilot|A pilot who knows every sandbank comes aboard large vessels outside the bay.|who guides large vessels into the bay
Fog horn|When fog hides the pier, a horn sounds three long notes each minute.|how are sailors warned in fog
Sailing school|Children over eight learn to sail in dinghies on Saturday afternoons.|how old must a child be to learn sailing
Crane|The oldest crane was driven by men walking inside a wooden wheel.|how was the first crane driven
Salt|Barrels of salt came from the south and were traded for dried cod.|what was dried cod traded for
Lifeboat|The lifeboat crew are volunteers and reach the slipway within six minutes.|how quickly does the rescue crew arrive
Swimming|Swimming is forbidden between the piers but allowed on the beach beyond them.|is it allowed to swim between the piers
Museum|A retired trawler now holds a small museum about life at sea.|what is kept in the old trawler
Wind|The wind usually blows from the west and turns to the north in winter.|from which direction does the wind come in winter
"""
GARDEN = """
Compost|Kitchen scraps and dry leaves turn into compost within a year if they are kept moist.|how long do scraps take to become compost
Slugs|Slugs eat young lettuce at night and hide under boards during the day.|what eats lettuce in the dark
Pruning|Apple trees are pruned in late winter, while they carry no leaves.|in which season should an apple tree be cut
Beans|Climbing beans need poles of two metres and ripen from July on.|how tall must the poles for beans be
Watering|Water in the morning: wet leaves that stay wet overnight invite mildew.|why should plants not be watered in the evening
Bees|Lavender and thyme feed bees when the fruit trees have finished flowering.|which herbs help bees after the blossom
Frost|Cover the potatoes with straw when frost is forecast in May.|how can potatoes be protected from frost
Soil|Clay holds water for long, while sandy soil dries within a day or two.|which kind of soil dries fastest
Tomatoes|Tomatoes under a roof catch blight less often than those in the rain.|how to keep tomatoes from getting blight
Seeds|Carrot seeds keep for three years in a dry jar; parsnip seeds for one.|how many years can carrot seeds be stored
Rhubarb|Only the stalks of rhubarb are eaten; its leaves are poisonous.|which part of rhubarb is poisonous
Greenhouse|Open the greenhouse at noon, or the heat will scorch the cucumbers.|when should the greenhouse be aired
Hedge|A hedge of hornbeam keeps its brown leaves through the winter and hides the road.|which hedge stays dense in winter
Pond|A pond without fish soon fills with newts, frogs and dragonflies.|what animals come to a pond that has no fish
Lawn|A lawn cut too short turns yellow in summer; leave it at five centimetres.|how short should grass be mown
Garlic|Garlic planted in October is larger than garlic planted in spring.|what is the best month to plant garlic
Nettles|Nettles soaked in water for two weeks make a strong fertiliser.|how is fertiliser made from nettles
Strawberries|Strawberry plants tire after three years and are replaced by their runners.|after how many years are strawberries replaced
Tools|Spades are oiled in autumn so that they don't rust in the shed.|how to stop a spade from rusting
Mulch|A layer of bark keeps weeds down and the ground damp.|what does bark on the ground do
"""


def rows(text):
    return [line.split("|") for line in text.strip().split("\n")]


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def write_source(folder, name, entries):
    os.makedirs(os.path.join(folder, name, "qrels"), exist_ok=True)
    write_lines(
        os.path.join(folder, name, "corpus.jsonl"),
        (json.dumps({"_id": f"p{i}", "title": t, "text": p}) for i, (t, p, _) in enumerate(entries)),
    )
    write_lines(
        os.path.join(folder, name, "queries.jsonl"),
        (json.dumps({"_id": f"q{i}", "text": q}) for i, (_, _, q) in enumerate(entries)),
    )
    write_lines(
        os.path.join(folder, name, "qrels", "train.tsv"),
        ["query-id\tcorpus-id\tscore"] + [f"q{i}\tp{i}\t1" for i in range(len(entries))],
    )


def write_development_set(path, entries):
    """Each question against every passage, in the order in which they stand here."""
    passages = [{"pid": str(i), "title": t, "text": p, "bm25_score": -float(i)} for i, (t, p, _) in enumerate(entries)]
    write_lines(
        path,
        (
            json.dumps({"qid": str(i), "q_text": q, "bm25_results": passages, "qrels": {str(i): 1}})
            for i, (_, _, q) in enumerate(entries)
        ),
    )


def main(folder):
    write_source(os.path.join(folder, "train"), "nq", rows(HARBOUR))
    write_source(os.path.join(folder, "train"), "techfaq", rows(GARDEN))
    write_development_set(os.path.join(folder, "garden.jsonl"), rows(GARDEN)[:8])


if __name__ == "__main__":
    main(sys.argv[1])
