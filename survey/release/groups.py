"""The groups a release counts, fixed before anybody answers: district, school, grade, and school × grade.

A person is counted in all the groups they belong to, so that the groups are one table with margins: a school is the sum
of its grades, the district the sum of its schools and of its grades.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

Group = tuple[str | None, int | None]  # school's id, grade; None stands for all of them
WHOLE: Group = (None, None)
Node = tuple[str, str | int | None]
TOP, BOTTOM = ("district", "top"), ("district", "bottom")


def groups_of(school: str, grade: int | None) -> Iterator[Group]:
    """Every group that a person of this school and grade is counted in; without a grade, no grade's groups."""
    yield WHOLE
    yield school, None
    if grade is not None:
        yield None, grade
        yield school, grade


def ends(group: Group, *, graded: bool) -> tuple[Node, Node]:
    """The table as a network in which what flows into a node flows out again: between which two a group flows.

    District: bottom → top. School: top → the school. School × grade: the school → the grade. Grade: the grade →
    bottom. Conservation at a school says that it is the sum of its grades, and so on. Without grades schools flow to
    the bottom.
    """
    school, grade = group
    if group == WHOLE:
        return BOTTOM, TOP
    if grade is None:
        return TOP, ("school", school) if graded else BOTTOM
    return (("school", school) if school is not None else ("grade", grade)), (
        ("grade", grade) if school is not None else BOTTOM
    )


@lru_cache(maxsize=16)
def relations(groups: frozenset[Group]) -> tuple[tuple[Group, tuple[Group, ...]], ...]:
    """Every whole with its parts, of those groups that there are."""
    there = sorted(groups, key=order)
    parts: dict[tuple[str, Group], list[Group]] = {}
    for group in there:
        school, grade = group
        if school is not None and grade is not None:
            parts.setdefault(("grades", (school, None)), []).append(group)
            parts.setdefault(("schools", (None, grade)), []).append(group)
        elif school is not None:
            parts.setdefault(("schools", WHOLE), []).append(group)
        elif grade is not None:
            parts.setdefault(("grades", WHOLE), []).append(group)
    return tuple((whole, tuple(listed)) for (_, whole), listed in parts.items())


def order(group: Group) -> tuple[bool, str, bool, int]:
    """The order in which groups stand, the same every time: a whole before its parts."""
    school, grade = group
    return school is not None, school or "", grade is not None, grade or 0


def is_graded(groups: Iterable[Group]) -> bool:
    """Whether the people counted have grades; teachers have none."""
    return any(grade is not None for _, grade in groups)


def added_up(cells: Mapping[Group, int]) -> dict[Group, int]:
    """Counts of the smallest groups, and of all that they are part of."""
    sums: dict[Group, int] = {}
    for (school, grade), count in cells.items():
        assert school is not None
        for group in groups_of(school, grade):
            sums[group] = sums.get(group, 0) + count
    return sums
