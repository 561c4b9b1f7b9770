"""What the bits of a stored answer say: of each question whether it was answered, and which of its choices were taken.

The legend stands once for all answers to a questionnaire in a round: question → choices, both in the order of the
alphabet, so that it does not tell which answer came before another. An answer has a bit for each of its signs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.questionnaire.model import Answers

Choices = Mapping[str, Sequence[str]]  # question → its choices
Sign = tuple[str, str]  # a question, and what was said to it
ANSWERED = ""  # of a sign: that something was said, whatever it was
BITS_A_BYTE = 8
MOST_SIGNS = 2_000  # sixteen times those of the longest questionnaire: more are no answers, and would take all memory
FIRST_BIT_FIRST: Literal["little"] = "little"


def legend_of(*taken: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """All these questions, each with all its choices."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in taken:
        for question, choices in each.items():
            found[question].update(choices)
    return {question: sorted(choices - {ANSWERED}) for question, choices in sorted(found.items())}


def is_too_wide(legend: Choices) -> bool:
    """Whether it has more signs than answers to a questionnaire could have."""
    return sum(1 for _ in signs(legend)) > MOST_SIGNS


def signs(legend: Choices) -> Iterator[Sign]:
    """What an answer has bits for, in their order."""
    return ((question, said) for question, choices in legend.items() for said in (ANSWERED, *choices))


def chosen(answers: Answers) -> dict[str, list[str]]:
    """Question → what was chosen, one choice as well as several."""
    return {question: said if isinstance(said, list) else [said] for question, said in answers.items()}


def known(answers: Answers, legend: Choices) -> Answers:
    """What a legend has signs for: of any other choice that the question was answered, of another question nothing."""
    return {
        question: [each for each in said if each in legend[question]]
        for question, said in chosen(answers).items()
        if question in legend
    }


def written(answers: Iterable[Answers], legend: Choices) -> list[bytes]:
    """Each answer as it is stored, all equally long. Raises KeyError where the legend has no sign for what was said."""
    bit = {sign: 1 << place for place, sign in enumerate(signs(legend))}
    both = {
        question: {said: bit[question, ANSWERED] | bit[question, said] for said in (ANSWERED, *choices)}
        for question, choices in legend.items()
    }
    length = -(-len(bit) // BITS_A_BYTE)
    return [_written(each, both).to_bytes(length, FIRST_BIT_FIRST) for each in answers]


def _written(answers: Answers, bits_of: Mapping[str, Mapping[str, int]]) -> int:
    bits = 0
    for question, said in answers.items():
        of_question = bits_of[question]
        if isinstance(said, str):
            bits |= of_question[said]
        else:
            for each in (ANSWERED, *said):
                bits |= of_question[each]
    return bits


def read(stored: Sequence[bytes], legend: Choices) -> NDArray[np.bool_]:
    """A row for each answer: which of the signs it has."""
    rows = np.frombuffer(b"".join(stored), np.uint8).reshape(len(stored), -1)
    bits = np.unpackbits(rows, axis=1, count=len(tuple(signs(legend))), bitorder=FIRST_BIT_FIRST)
    return bits.view(np.bool_)


def rewritten(stored: Sequence[bytes], legend: Choices, wider: Choices) -> list[bytes]:
    """The same answers by a legend that has more signs."""
    place = {sign: number for number, sign in enumerate(signs(wider))}
    bits = np.zeros((len(stored), len(place)), np.bool_)
    bits[:, [place[sign] for sign in signs(legend)]] = read(stored, legend)
    return [row.tobytes() for row in np.packbits(bits, axis=1, bitorder=FIRST_BIT_FIRST)]
