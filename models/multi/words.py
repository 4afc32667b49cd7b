"""Writes the commonest words of some languages as texts for `mvp-rerank convert --texts`.

    pip install wordfreq
    python words.py --out words.tsv --languages en,de,fr

Each line is a weight, a tab and a word: 10^9 times its frequency in the language, so that languages count alike. The
lists are in lower case; a word also counts with a capital, at .4 of its weight, and in capitals, at .02. The word lists
(CC BY-SA 4.0, https://github.com/rspeer/wordfreq) only choose the pieces: none of them gets into a model.
"""

import argparse

import wordfreq

WORDS = 40_000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--languages", required=True)
    args = parser.parse_args()
    with open(args.out, "w", encoding="utf-8") as file:
        for language in args.languages.split(","):
            known = wordfreq.get_frequency_dict(language, wordlist="best")
            for word, frequency in sorted(known.items(), key=lambda entry: (-entry[1], entry[0]))[:WORDS]:
                forms = {word.upper(): 0.02, word.capitalize(): 0.4, word: 1}
                for form, share in forms.items():
                    file.write(f"{frequency * share * 1e9:.2f}\t{form}\n")


if __name__ == "__main__":
    main()
