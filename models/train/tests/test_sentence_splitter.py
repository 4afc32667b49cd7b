from mvp_train.sentence_splitter import MOST_SENTENCES, split_sentences


def test_a_passage_is_split_after_full_stops_before_capitals():
    passage = (
        "The ferry leaves at seven in the morning. It returns after sunset, does it not? Of course it does, every day!"
    )
    assert split_sentences(passage) == [
        "The ferry leaves at seven in the morning.",
        "It returns after sunset, does it not?",
        "Of course it does, every day!",
    ]


def test_short_pieces_belong_to_what_follows():
    assert split_sentences("Dr. Smith moved to the island in 1990. He stayed there for thirty years.") == [
        "Dr. Smith moved to the island in 1990.",
        "He stayed there for thirty years.",
    ]


def test_a_short_end_belongs_to_the_last_sentence():
    assert split_sentences("The harbour freezes over in January. So it did.") == [
        "The harbour freezes over in January. So it did."
    ]


def test_decimals_and_small_letters_do_not_split():
    passage = "The sea rises by 4.5 metres, e.g. in spring, because of the moon."
    assert split_sentences(passage) == [passage]


def test_no_more_than_the_first_sentences_are_taken():
    passage = " ".join(f"This is sentence number {i} of a long passage." for i in range(20))
    assert len(split_sentences(passage)) == MOST_SENTENCES
    assert split_sentences("") == []
