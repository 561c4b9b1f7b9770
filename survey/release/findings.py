"""What a release says: shares, how far they may be trusted, the middle of banded answers, what is needed most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from survey.release.published import QuestionTable, Release, Text
from survey.release.statistics import chance_range, is_clearly_different, silence_range

NEEDS = "needs"  # the question, in every questionnaire, that asks what is needed
SLIPS = "slips"
# As Gallup and Sport England (Active Lives, 2024–25) ask for before two groups are compared.
FEWEST_TO_COMPARE = 30
# How one share is to another …
MORE, LESS, NOT_CLEAR = "more", "less", "not_clear"
# … or why that cannot be told.
OPEN_LINK, TOO_FEW, MORE_THAN_ASKED, TOLD_OTHERWISE = "open_link", "too_few", "more_than_asked", "told_otherwise"
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who gave an answer took a choice: exactly, or from how many to how many.

    They are `of`, but for `unsure` of them who may have said «not sure»: where that is told as a bound.
    """

    choice: str
    label: Text
    least: int
    most: int
    of: int
    unsure: int = 0

    @property
    def of_least(self) -> int:
        """The fewest who can have given an answer; as many as `of` where that is told exactly."""
        return self.of - self.unsure

    @property
    def is_exact(self) -> bool:
        """Whether it is told exactly."""
        return self.least == self.most and not self.unsure

    @property
    def is_told(self) -> bool:
        """Whether anything is told of it: not if it may be nobody, and may be everybody."""
        return self.low > 0 or self.high < 1

    @property
    def low(self) -> float:
        """The smallest share that it can be, 0 to 1."""
        return self.least / self.of if self.of else 0.0

    @property
    def high(self) -> float:
        """The largest one."""
        return min(1.0, self.most / self.of_least) if self.of_least else 1.0

    @property
    def share(self) -> float:
        """0 to 1; the middle of what is told, 0 of nobody."""
        return (self.low + self.high) / 2 if self.of else 0.0


@dataclass(frozen=True)
class Placed:
    """A share where it stands: of how many who were asked it tells, and the door they came in by."""

    share: Share
    answered: int
    invited: int | None  # None where nobody knows, as of other schools together
    entry: str

    @cached_property
    def by_chance(self) -> Range | None:
        """Its range if the silent are like those who answered; None where there is none."""
        return self._range(chance_range)

    @property
    def by_silence(self) -> Range | None:
        """Its range if none, and if all, of the silent would have said the same; None where there is none."""
        return self._range(silence_range)

    def _range(self, of_count: Callable[[int, int, int], Range]) -> Range | None:
        # Through an open link the same may answer twice; more than were asked is no sample.
        share = self.share
        if self.entry != SLIPS or not share.of or self.invited is None or self.answered > self.invited:
            return None
        # A share within a band may be trusted from the low end's lowest to the high end's highest.
        low, high = of_count(share.least, share.of, self.invited)
        if share.is_exact or not share.of_least:
            return low, high if share.is_exact else 1.0
        return low, of_count(min(share.most, share.of_least), share.of_least, self.invited)[1]


def shares(table: QuestionTable) -> tuple[Share, ...]:
    """The choices with their shares of those who gave one; «not sure» is left out. Empty for a hidden table."""
    if table.answered is None:
        return ()
    fewest, most = gave_one(table)
    listed = [(c, c.band) for c in table.counts if not c.no_answer]
    return tuple(Share(c.choice, c.label, *band, most, most - fewest) for c, band in listed if band)


def gave_one(table: QuestionTable) -> tuple[int, int]:
    """How many gave an answer, «not sure» being none: from how many to how many. Nobody in a hidden table."""
    answered = table.answered or 0
    silent = [c.band or (0, answered) for c in table.counts if c.no_answer]
    return answered - min(answered, sum(most for _, most in silent)), answered - sum(least for least, _ in silent)


def placed(table: QuestionTable, release: Release) -> tuple[Placed, ...]:
    """The same shares where they stand; none in a hidden table."""
    return tuple(Placed(share, *where) for where in _places(table, release) for share in shares(table))


def place(share: Share, table: QuestionTable, release: Release) -> Placed:
    """One of a table's shares, or of several of its choices together. Raises ValueError in a hidden table."""
    for where in _places(table, release):
        return Placed(share, *where)
    raise ValueError(f"{table.question} is hidden.")


def _places(table: QuestionTable, release: Release) -> Iterator[tuple[int, int | None, str]]:
    """How many answered, how many were asked, and the door; nothing of a hidden table."""
    if table.answered is not None:
        who = table.audience
        yield table.answered, release.response(who.questionnaire, who.school_id, who.grade).invited, release.entry


def difference(one: Placed, other: Placed, *, told_alike: bool = True) -> str:
    """Whether one share is clearly more than another, or clearly less; or why that cannot be told.

    Unless `told_alike` is waived, a bound is not held against a share that is told exactly.

    Clearly: their ranges by chance part, and FEWEST_TO_COMPARE people or more gave an answer to each.
    """
    if {one.entry, other.entry} != {SLIPS}:
        return OPEN_LINK
    if told_alike and one.share.is_exact != other.share.is_exact:
        return TOLD_OTHERWISE
    if min(one.share.of_least, other.share.of_least) < FEWEST_TO_COMPARE:
        return TOO_FEW
    here, there = one.by_chance, other.by_chance
    if not here or not there:
        return MORE_THAN_ASKED
    if not is_clearly_different(here, there):
        return NOT_CLEAR
    return MORE if here > there else LESS


def in_district(share: Share, table: QuestionTable, release: Release) -> Placed | None:
    """The same choice in the whole district; None where it is told otherwise there."""
    return of_district(table.audience.questionnaire, table.question, release).get(share.choice)


def of_district(questionnaire: str, question: str, release: Release) -> Mapping[str, Placed]:
    """Choice → its share in the whole district."""
    whole = release.table(questionnaire, question)
    return {each.share.choice: each for each in placed(whole, release)}


def beside_district(share: Share, table: QuestionTable, release: Release) -> str:
    """Whether a choice is clearly more common in a school than in the district, or less; or why it is not told."""
    return beside(place(share, table, release), in_district(share, table, release))


def beside(one: Placed, whole: Placed | None) -> str:
    """The same, where the choice in the district is known; None: it is told otherwise there."""
    return difference(one, whole) if whole else TOLD_OTHERWISE


def needs(release: Release, questionnaire: str) -> tuple[Share, ...]:
    """What the people of a questionnaire need, the most named first."""
    return most_first(release.table(questionnaire, NEEDS))


def most_first(table: QuestionTable) -> tuple[Share, ...]:
    """The choices of which something is told, the most frequent first."""
    return tuple(sorted((share for share in shares(table) if share.is_told), key=lambda share: -share.share))
