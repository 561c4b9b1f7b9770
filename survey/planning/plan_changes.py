"""What two plans differ in, lesson by lesson; and one plan with the changes that somebody made to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from estimator.plan import Activity, Grade, Plan
from estimator.plan_reading import plan_as_dict, plan_from_dict

HEAD = ("place", "week_of", "currency")


@dataclass(frozen=True, slots=True)
class LessonChange:
    """A lesson before and after; None where it was not there, or is not any more."""

    grade: int
    before: Activity | None
    after: Activity | None


@dataclass(frozen=True, slots=True)
class HeadChange:
    """What is said of the whole plan, of HEAD, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What is other in a plan than in the one before it."""

    lessons: tuple[LessonChange, ...]
    grades: tuple[tuple[Grade | None, Grade | None], ...]
    head: tuple[HeadChange, ...]

    def __len__(self) -> int:
        return len(self.lessons) + len(self.grades) + len(self.head)


class BothChanged(ValueError):
    """Two people changed the same thing, each in another way; it carries what."""

    def __init__(self, lessons: tuple[Activity, ...], grades: tuple[int, ...], head: tuple[str, ...]):
        super().__init__(f"{lessons} {grades} {head}")
        self.lessons, self.grades, self.head = lessons, grades, head


def changes(before: Plan, after: Plan) -> PlanChanges:
    """What has changed. A lesson that went and one of the same grade and subject that came are one change."""
    gone, come = _less(before.activities, after.activities), _less(after.activities, before.activities)
    lessons = []
    for lesson in gone:
        other = next((each for each in come if (each.grade, each.subject) == (lesson.grade, lesson.subject)), None)
        if other:
            come.remove(other)
        lessons.append(LessonChange(lesson.grade, lesson, other))
    lessons += [LessonChange(lesson.grade, None, lesson) for lesson in come]
    lessons.sort(key=lambda change: change.grade)
    ones, others = ({grade.grade: grade for grade in plan.grades} for plan in (before, after))
    numbers = sorted(ones.keys() | others.keys())
    grades = tuple((ones.get(n), others.get(n)) for n in numbers if ones.get(n) != others.get(n))
    said = [HeadChange(name, str(getattr(before, name)), str(getattr(after, name))) for name in HEAD]
    return PlanChanges(tuple(lessons), grades, tuple(each for each in said if each.before != each.after))


def merged(base: Plan, theirs: Plan, mine: Plan) -> Plan:
    """Their plan with the changes from `base` to mine.

    Raises BothChanged where both changed the same thing, PlanProblems where the two do not go together.
    """
    my, their = changes(base, mine), changes(base, theirs)
    twice = _both_changed(
        my, their, tuple(each.name for each in my.head if each.after != str(getattr(theirs, each.name)))
    )
    if any((twice.lessons, twice.grades, twice.head)):
        raise twice
    lessons = _less(theirs.activities, [change.before for change in my.lessons if change.before])
    lessons += _less([change.after for change in my.lessons if change.after], lessons)
    grades = {grade.grade: grade for grade in theirs.grades}
    for before, after in my.grades:
        if after:
            grades[after.grade] = after
        elif before:
            del grades[before.grade]
    head = {each.name: getattr(mine, each.name) for each in my.head}
    found = replace(theirs, activities=tuple(lessons), grades=tuple(grades[n] for n in sorted(grades)), **head)
    return plan_from_dict(plan_as_dict(found))


def _both_changed(my: PlanChanges, their: PlanChanges, differing: tuple[str, ...]) -> BothChanged:
    theirs = [change.before for change in their.lessons if change.before]
    lessons = tuple(c.before for c in my.lessons if c.before in theirs and c not in their.lessons and c.before)
    of_grades = {_number(pair): pair for pair in their.grades}
    grades = tuple(_number(pair) for pair in my.grades if of_grades.get(_number(pair), pair) != pair)
    of_head = {each.name for each in their.head}
    return BothChanged(lessons, grades, tuple(name for name in differing if name in of_head))


def _number(pair: tuple[Grade | None, Grade | None]) -> int:
    grade = pair[0] or pair[1]
    assert grade
    return grade.grade


def _less(some: Iterable[Activity], others: Iterable[Activity]) -> list[Activity]:
    """Those of some that are not among the others, equal ones counted."""
    left = Counter(others)
    found = []
    for lesson in some:
        if left[lesson]:
            left[lesson] -= 1
        else:
            found.append(lesson)
    return found
