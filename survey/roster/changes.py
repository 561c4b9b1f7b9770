"""What a roster would change: which listed school is which known one, and what becomes of its numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from estimator.plan import N_, Problem
from survey.roster.file import Grade, ListedSchool, RosterProblems
from survey.staff.store import Bureau, School
from survey.words.visible_text import visible


@dataclass(frozen=True, slots=True)
class OtherNumbers:
    """A grade whose numbers are not what they were; None where there is no such grade before or after."""

    grade: int
    before: Grade | None
    after: Grade | None


@dataclass(frozen=True, slots=True)
class Change:
    """One listed school, and the known one that it is; None: it is new."""

    listed: ListedSchool
    school: School | None

    @property
    def numbers(self) -> tuple[OtherNumbers, ...]:
        """The grades that change, of a school that is known."""
        if self.school is None:
            return ()
        before = {row.grade: Grade(row.grade, row.pupils, row.teachers) for row in self.school.enrolment}
        after = {grade.grade: grade for grade in self.listed.grades}
        grades = sorted(before.keys() | after.keys())
        return tuple(OtherNumbers(g, before.get(g), after.get(g)) for g in grades if before.get(g) != after.get(g))

    @property
    def is_renamed(self) -> bool:
        """Whether it is known by another name."""
        return self.school is not None and self.school.name != self.listed.name

    @property
    def is_moved(self) -> bool:
        """Whether it was in town and is in the countryside, or the other way."""
        return self.school is not None and self.school.setting != self.listed.setting

    @property
    def is_coded(self) -> bool:
        """Whether it gets a code that it did not have."""
        return self.school is not None and self.listed.code not in (None, self.school.code)

    @property
    def changes_anything(self) -> bool:
        """Whether anything of a known school would be different."""
        return bool(self.numbers) or self.is_renamed or self.is_moved or self.is_coded


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that taking a roster over would do."""

    each: tuple[Change, ...]
    not_listed: tuple[School, ...]  # known, but not in the roster; left as they are

    @property
    def added(self) -> tuple[ListedSchool, ...]:
        """Schools that are new."""
        return tuple(change.listed for change in self.each if change.school is None)

    @property
    def known(self) -> tuple[Change, ...]:
        """Schools that are known already."""
        return tuple(change for change in self.each if change.school is not None)

    @property
    def changed(self) -> tuple[Change, ...]:
        """Known schools of which something would be different."""
        return tuple(change for change in self.known if change.changes_anything)

    @property
    def grades_removed(self) -> int:
        """How many grades of listed schools have no row, and would go."""
        return sum(numbers.after is None for change in self.each for numbers in change.numbers)

    def told(self) -> str:
        """All of it in one text, the same for the same changes: what a page has shown is known again by it."""
        each = [(change.listed, change.school and change.school.id, change.numbers) for change in self.each]
        named = [(c.is_renamed, c.is_moved, c.is_coded) for c in self.each]
        return repr((each, named, sorted(school.id for school in self.not_listed)))


def changes(listed: Sequence[ListedSchool], bureau: Bureau) -> Changes:
    """What a roster would change of a bureau's schools. A school is known by its code, else by its name.

    Raises RosterProblems where it cannot be told which school is meant.
    """
    problems: list[Problem] = []
    known = _Known(bureau)
    wanted = [known.meant(school, problems) for school in listed]
    taken: dict[str, ListedSchool] = {}
    for school, found in zip(listed, wanted, strict=True):
        if found and taken.setdefault(found.id, school) is not school:
            message = N_("This is a school that the roster lists already, in the line %(first)s.")
            remedy = N_("Write its code and its name in the same way in each of its lines.")
            problems.append(Problem(school.where, school.name, message, remedy, {"first": taken[found.id].where}))
    if problems:
        raise RosterProblems(tuple(problems))
    each = tuple(Change(school, found) for school, found in zip(listed, wanted, strict=True))
    return Changes(each, tuple(school for school in bureau.schools if school.id not in taken))


class _Known:
    """The schools that the bureau has, by code and by name."""

    def __init__(self, bureau: Bureau):
        self.by_code = {school.code: school for school in bureau.schools if school.code}
        self.by_name: defaultdict[str, list[School]] = defaultdict(list)
        for school in bureau.schools:
            self.by_name[visible(school.name)].append(school)

    def meant(self, listed: ListedSchool, problems: list[Problem]) -> School | None:
        """Which of them a listed school is; None for a new one."""
        if listed.code and listed.code in self.by_code:
            return self.by_code[listed.code]
        found = self.by_name.get(listed.name, [])
        if listed.code:
            found = [school for school in found if not school.code]
        if len(found) > 1:
            message = N_("%(number)s schools of this name are known.")
            remedy = N_("Write the school code of the one that is meant.")
            problems.append(Problem(listed.where, listed.name, message, remedy, {"number": len(found)}))
        return found[0] if found else None
