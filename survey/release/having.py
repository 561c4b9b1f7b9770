"""What families have, as parents report it in a release: answers by class, of one school or of several.

Which question tells which figure of the families is in ASKED. Answers that are told together are divided among the
choices as in the whole district; of bounds the middle is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.release.published import QuestionTable, Release
from survey.release.sums import table_of

WHO_REPORTS = "parent"


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure of the families, the question that tells it, and the choices that make each class of it.

    Choices in no class («not needed», «rather not say») tell nothing of it.
    """

    figure: str
    question: str
    classes: tuple[tuple[str, ...], ...]


COUNTED = (("none",), ("one",), ("two",), ("three_or_more",))
# Slips are drawn by pupils: a family with two children is asked twice, so it counts half (burden-model: families, not
# pupils).
HOUSEHOLDS = Asked("households", "children_at_school", COUNTED[1:])
ASKED = (
    HOUSEHOLDS,
    Asked("computer", "computers", COUNTED),
    Asked("tablet", "tablets", COUNTED),
    Asked("printer", "print_way", (("own",), ("shop", "work", "by_hand"))),
    Asked("broadband", "connection", (("broadband",), ("mobile_good", "mobile_poor", "outdoors", "none"))),
    Asked("no_connection", "connection", (("outdoors", "none"), ("broadband", "mobile_good", "mobile_poor"))),
)


def counts(release: Release, asked: Asked, school_id: str | None) -> tuple[float, ...] | None:
    """Answers of a school's parents by class, or of the district's; None where they are hidden or nobody answered."""
    table, district = _table(release, asked, school_id), _table(release, asked, None)
    if table is None or district is None:
        return None
    answers = _by_choice(table, _by_choice(district, {}))
    found = tuple(sum(answers.get(choice, 0.0) for choice in choices) for choices in asked.classes)
    if asked is HOUSEHOLDS:
        found = tuple(number / children for children, number in enumerate(found, start=1))
    return found if sum(found) > 0 else None


def _table(release: Release, asked: Asked, school_id: str | None) -> QuestionTable | None:
    table = table_of(release, WHO_REPORTS, asked.question, school_id)
    return None if table is None or table.hidden else table


def _by_choice(table: QuestionTable, usual: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for names, people in _told(table):
        weights = [usual.get(name, 0.0) for name in names]
        whole = sum(weights)
        for name, weight in zip(names, weights, strict=True):
            found[name] = people * (weight / whole if whole else 1 / len(names))
    return found


def _told(table: QuestionTable) -> Iterator[tuple[Sequence[str], float]]:
    """Choices that are told together, and how many people took one of them."""
    for count in table.counts:
        if count.band:
            yield count.choice.split("+"), sum(count.band) / 2
