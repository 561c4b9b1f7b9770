"""Nobody's answer may be worked out: known tables of the literature, random ones, and attacks by linear programme."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from estimator.integer_programme import IntegerProgramme
from survey.release import suppression, tails
from survey.release.circulation import Network, Wiring
from survey.release.coarse import COARSE_BELOW
from survey.release.groups import Group, added_up, ends, groups_of, is_graded, order, relations
from survey.release.suppression import SMALLEST_GROUP, NotSafe, exposed, hidden_groups, is_small

Table = Mapping[Group, int]
MORE_THAN_ANY = 100_000


def table(rows: Mapping[str, list[int]]) -> dict[Group, int]:
    """A table of rows (schools) and columns (grades 1, 2, …) with all its sums."""
    return added_up({(row, n): value for row, values in rows.items() for n, value in enumerate(values, start=1)})


def cells(*names: str) -> set[Group]:
    """Cells by names such as «w2»: row w, column 2."""
    return {(name[0], int(name[1:])) for name in names}


def network(counts: Table, hidden: set[Group] | frozenset[Group]) -> tuple[list[Group], Network]:
    """The hidden figures of a table, in order, as their reader knows them."""
    listed = sorted(hidden, key=order)
    wiring = Wiring([ends(g, graded=is_graded(counts)) for g in listed])
    return listed, Network(wiring, [math.inf] * len(listed), [counts[g] for g in listed])


def between(counts: Table, hidden: set[Group], group: Group) -> tuple[float, float]:
    """The ends between which a reader of the table can place a hidden figure."""
    listed, known = network(counts, hidden)
    down, up = known.spread(listed.index(group))
    return counts[group] - down, counts[group] + up


def sums_known(counts: Table, hidden: list[Group]) -> Iterator[tuple[dict[int, float], float]]:
    """What the shown figures say of the hidden ones: every sum, as coefficients and value."""
    place = {group: n for n, group in enumerate(hidden)}
    for whole, parts in relations(frozenset(counts)):
        terms = {place[part]: 1.0 for part in parts if part in place}
        value = float(-sum(counts[part] for part in parts if part not in place))
        if whole in place:
            terms[place[whole]] = -1.0
        else:
            value += counts[whole]
        if terms:
            yield terms, value


def between_by_programme(counts: Table, hidden: set[Group], group: Group) -> tuple[int, int]:
    """The same ends by HiGHS."""
    listed = sorted(hidden, key=order)
    ends_found = []
    for sign in (1.0, -1.0):
        programme = IntegerProgramme()
        for each in listed:
            programme.number(MORE_THAN_ANY, sign if each == group else 0.0)
        for terms, value in sums_known(counts, listed):
            programme.exactly(terms, value)
        ends_found.append(round(programme.solve().values[listed.index(group)]))
    return ends_found[0], ends_found[1]


def determined_by_rank(counts: Table, hidden: set[Group]) -> set[Group]:
    """The hidden figures that are a linear combination of shown ones, by the rank of the sums."""
    listed = sorted(hidden, key=order)
    rows = [[terms.get(n, 0.0) for n in range(len(listed))] for terms, _ in sums_known(counts, listed)]
    matrix = np.array(rows or [[0.0] * len(listed)])
    rank = np.linalg.matrix_rank(matrix)
    unit = np.eye(len(listed))
    return {g for n, g in enumerate(listed) if np.linalg.matrix_rank(np.vstack([matrix, unit[n]])) == rank}


def test_a_block_of_four_leaves_the_interval_that_argus_prints() -> None:
    # τ-ARGUS 4.1 manual, p. 31: row totals 7, 3, 6, column totals 9, 7, third row 3, 3 shown.
    counts, hidden = table({"a": [5, 2], "b": [1, 2], "c": [3, 3]}), cells("a1", "a2", "b1", "b2")
    found = {group: between(counts, hidden, group) for group in hidden}
    assert found == {("a", 1): (3, 6), ("a", 2): (1, 4), ("b", 1): (0, 3), ("b", 2): (0, 3)}


def test_two_hidden_in_every_line_are_not_always_enough() -> None:
    # sdcTable, test-simpleheuristic: w b can be worked out although every line has two hidden figures.
    counts = table({"w": [30, 47, 64, 89], "x": [90, 124, 5, 31], "y": [92, 100, 59, 85], "z": [800, 991, 651, 685]})
    hidden = cells("w1", "w2", "w3", "x1", "x3", "y2", "y4", "z2", "z4")
    assert ("w", 2) in network(counts, hidden)[0]
    listed, known = network(counts, hidden)
    assert {listed[n] for n in known.determined()} == {("w", 2)}
    assert between(counts, hidden, ("w", 2)) == (47, 47)
    assert between(counts, hidden | cells("x4"), ("w", 2)) == (0, 78)


def test_the_cheapest_pattern_is_found_where_it_is_known() -> None:
    # sdcTable, microdata1: with A f unsafe every published method hides A m, C m and C f besides.
    counts = table({"A": [18, 2], "B": [14, 19], "C": [12, 10], "D": [11, 14]})
    assert hidden_groups(counts) == cells("A2", "A1", "C1", "C2")


def random_table(chance: random.Random, rows: int, columns: int, most: int) -> dict[Group, int]:
    """A table with some empty cells; some schools lack some grades."""
    there = itertools.product("abcdefghij"[:rows], range(1, columns + 1))
    return added_up({cell: chance.randint(0, most) for cell in there if chance.random() < 0.9})


def test_bridges_are_what_a_rank_test_finds_and_flows_what_highs_finds() -> None:
    chance = random.Random(20200306)
    for _ in range(60):
        counts = random_table(chance, chance.randint(1, 5), chance.randint(1, 5), 30)
        hidden = {group for group in counts if chance.random() < 0.45}
        listed, known = network(counts, hidden)
        assert {listed[n] for n in known.determined()} == determined_by_rank(counts, hidden)
        for group in chance.sample(listed, min(4, len(listed))):
            low, high = between(counts, hidden, group)
            lowest, highest = between_by_programme(counts, hidden, group)
            assert low == lowest
            assert high == highest or (high > MORE_THAN_ANY and highest > MORE_THAN_ANY / 2)


@pytest.mark.parametrize("seed", range(12))
def test_no_small_group_of_a_random_district_can_be_worked_out(seed: int) -> None:
    chance = random.Random(seed)
    counts = random_table(chance, chance.randint(2, 9), chance.randint(1, 6), chance.choice([12, 25, 60]))
    hidden = set(hidden_groups(counts))
    assert {group for group, count in counts.items() if is_small(count)} <= hidden
    assert not determined_by_rank(counts, hidden) & {group for group in hidden if is_small(counts[group])}
    for group in hidden:
        if is_small(counts[group]):
            low, high = between_by_programme(counts, hidden, group)
            assert high - low >= SMALLEST_GROUP
    for whole, parts in relations(frozenset(counts)):
        together = sum(counts[part] for part in parts if part in hidden)
        small = any(is_small(counts[part]) for part in parts)
        assert whole in hidden or not small or together >= SMALLEST_GROUP


@pytest.mark.parametrize("seed", range(6))
def test_no_other_safe_pattern_hides_fewer_answers(seed: int) -> None:
    chance = random.Random(seed)
    counts = {group: count for group, count in random_table(chance, 3, 2, 25).items() if count}
    hidden = hidden_groups(counts)
    cost = sum(counts[group] for group in hidden)
    for some in itertools.chain.from_iterable(itertools.combinations(counts, n) for n in range(len(counts) + 1)):
        if sum(counts[group] for group in some) < cost:
            assert not _is_safe(counts, frozenset(some))


@pytest.mark.parametrize("seed", range(12))
def test_a_choice_among_the_schools_that_matter_hides_no_more_than_one_among_all(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    most = chance.choice([40, 80, 200])
    schools = {f"school {n}": [chance.randint(0, most) for _ in range(chance.randint(1, 5))] for n in range(40)}
    counts, answers = table(schools), {}
    for first_sought in (1, len(counts)):
        monkeypatch.setattr(suppression, "FEWEST_SCHOOLS", first_sought)
        answers[first_sought] = sum(counts[group] for group in hidden_groups(counts))
    assert answers[1] == answers[len(counts)]


def _is_safe(counts: Table, hidden: frozenset[Group]) -> bool:
    """Whether a pattern keeps every rule."""
    if any(is_small(count) and group not in hidden for group, count in counts.items()):
        return False
    for whole, parts in relations(frozenset(counts)):
        out = [part for part in parts if part in hidden]
        if len(out) + (whole in hidden) == 1:
            return False
        small = any(is_small(counts[part]) for part in out)
        if small and whole not in hidden and sum(counts[part] for part in out) < SMALLEST_GROUP:
            return False
    return not exposed(counts, hidden)


def test_what_is_hidden_already_stays_hidden() -> None:
    counts = table({"A": [18, 12], "B": [14, 19], "C": [12, 10]})
    assert hidden_groups(counts) == frozenset()
    assert ("B", 1) in hidden_groups(counts, already=[("B", 1)])


def test_schools_whose_teachers_are_few_are_hidden_with_the_smallest_other() -> None:
    # Teachers have no grades: schools are the only parts.
    counts: dict[Group, int] = {(None, None): 75, ("a", None): 6, ("b", None): 12, ("c", None): 27, ("d", None): 30}
    assert hidden_groups(counts) == {("a", None), ("b", None)}


def test_hidden_groups_that_are_of_one_mind_together_are_hidden_with_another() -> None:
    counts: dict[Group, int] = {(None, None): 77, ("a", None): 6, ("b", None): 14, ("c", None): 27, ("d", None): 30}
    both = frozenset([("a", None), ("b", None)])
    assert hidden_groups(counts, of_one_mind=lambda groups: set(groups) == both) == {("a", None), ("c", None)}


def test_a_district_of_few_answers_shows_nothing() -> None:
    assert hidden_groups({(None, None): 7, ("a", None): 3, ("b", None): 4}) == {
        (None, None),
        ("a", None),
        ("b", None),
    }


def a_vote(chance: random.Random) -> tuple[dict[Group, int], dict[Group, dict[str, int]]]:
    """A small district's answers to one question of five choices, in which some classes think alike."""
    parts: dict[Group, dict[str, int]] = {}
    for school, grade in itertools.product("abc"[: chance.randint(2, 3)], (1, 2)):
        liked = chance.choice(CHOICES)
        alike = chance.choice([0.2, 0.5, 0.97, 1.0])
        for _ in range(chance.choice([4, 9, 12, 15, 24, 40])):
            chosen = liked if chance.random() < alike else chance.choice(CHOICES)
            for group in groups_of(school, grade):
                parts.setdefault(group, dict.fromkeys(CHOICES, 0))[chosen] += 1
    return {group: sum(of_group.values()) for group, of_group in parts.items()}, parts


@dataclass(frozen=True)
class Shown:
    """What is told of one group: class → people, and the ends that are told of it."""

    exactly: Mapping[str, int]
    ends: Mapping[str, tuple[int, int]]

    def band(self, name: str) -> tuple[int, int]:
        """Between which ends a class is told to be."""
        return self.ends[name]

    @property
    def within(self) -> Mapping[str, tuple[int, int]] | None:
        """The same; None where all is told exactly."""
        return self.ends if any(low != high for low, high in self.ends.values()) else None


def told(
    parts: Mapping[Group, Mapping[str, int]], hidden: frozenset[Group], wider: Mapping[str, str]
) -> dict[Group, Shown]:
    """What is shown of each group that is not hidden, by the names of classes; `wider` are those of their thirds."""
    groups, names = sorted(parts, key=order), list(next(iter(parts.values())))
    wide = [wider.get(name, name) for name in names]
    rows = np.array([[parts[group].get(name, 0) for name in names] for group in groups])
    found = tails.told(groups, rows, np.array([g in hidden for g in groups]), [wide.index(name) for name in wide])
    shown = {}
    for n, group in enumerate(groups):
        if group not in hidden and rows[n].sum():
            as_told = dict(reversed([(wide[k] if found.is_coarse[n] else names[k], k) for k in range(len(names))]))
            shown[group] = Shown(
                {name: int(found.exactly[n, k]) for name, k in as_told.items()},
                {name: (int(found.low[n, k]), int(found.high[n, k])) for name, k in as_told.items()},
            )
    return shown


def others_possible(
    counts: Table, parts: Mapping[Group, Mapping[str, int]], shown: Mapping[Group, Shown], group: Group, name: str
) -> tuple[int, int]:
    """How few and how many of a group may have chosen something, to whoever adds up all that is shown."""
    found = []
    for sign in (1.0, -1.0):
        programme = IntegerProgramme()
        people = {(g, c): programme.number(MORE_THAN_ANY) for g in counts for c in CHOICES}
        for whole, listed in relations(frozenset(counts)):
            for c in CHOICES:
                programme.exactly({people[whole, c]: -1.0, **{people[part, c]: 1.0 for part in listed}}, 0)
        for g, each in shown.items():
            programme.exactly({people[g, c]: 1.0 for c in CHOICES}, counts[g])
            for shown_as in each.exactly:
                finer = {people[g, c]: 1.0 for c in CHOICES if c == shown_as or WIDER[c] == shown_as}
                low, high = each.band(shown_as)
                programme.at_least(finer, low)
                programme.at_most(finer, high)
        asked = [people[group, c] for c in CHOICES if c == name or WIDER[c] == name]
        for variable in asked:
            programme.costs[variable] = sign
        values = programme.solve().values
        found.append(round(sum(values[variable] for variable in asked)))
    return found[0], found[1]


CHOICES = ("never", "seldom", "some", "often", "daily")
WIDER = {"never": "little", "seldom": "little", "some": "some", "often": "much", "daily": "much"}


@pytest.mark.parametrize("seed", range(25))
def test_whether_all_of_a_group_or_all_but_one_think_alike_cannot_be_worked_out(seed: int) -> None:
    counts, parts = a_vote(random.Random(seed))
    try:
        hidden = hidden_groups(counts)
        shown = told(parts, hidden, WIDER)
    except NotSafe:
        return  # refused, which is safe
    for group, each in shown.items():
        if max(each.exactly.values()) >= counts[group] - 1:
            most = max(each.exactly, key=lambda name: each.exactly[name])
            few, many = others_possible(counts, parts, shown, group, most)
            assert few < counts[group]
            assert many == counts[group]


@pytest.mark.parametrize("seed", range(25))
def test_what_few_answers_are_told_in_together_cannot_be_parted_by_subtraction(seed: int) -> None:
    counts, parts = a_vote(random.Random(seed))
    try:
        shown = told(parts, hidden_groups(counts), WIDER)
    except NotSafe:
        return  # refused, which is safe
    for group, each in shown.items():
        for name in ("never", "daily") if counts[group] < COARSE_BELOW else ():
            if each.exactly.get(WIDER[name]):
                few, many = others_possible(counts, parts, shown, group, name)
                assert few < many, (group, name)


def test_a_neighbour_is_told_in_three_classes_where_few_could_be_parted_otherwise() -> None:
    few = {"never": 4, "seldom": 5, "some": 4, "often": 1, "daily": 1}
    many = {"never": 9, "seldom": 8, "some": 6, "often": 9, "daily": 8}
    shown = told(a_school({1: few, 2: many}), frozenset(), WIDER)
    assert set(shown["a", 1].exactly) == set(shown["a", 2].exactly) == {"little", "some", "much"}
    assert set(shown["a", None].exactly) == set(CHOICES)


def test_the_whole_is_told_in_three_classes_where_no_neighbour_could_have_answered_otherwise() -> None:
    few = {"never": 4, "seldom": 5, "some": 4, "often": 1, "daily": 1}
    none_alike = {"never": 0, "seldom": 0, "some": 30, "often": 0, "daily": 12}
    shown = told(a_school({1: few, 2: none_alike}), frozenset(), WIDER)
    assert set(shown["a", 2].exactly) == set(CHOICES)
    assert set(shown["a", None].exactly) == {"little", "some", "much"}


def a_school(grades: Mapping[int, Mapping[str, int]]) -> dict[Group, dict[str, int]]:
    """What a school's grades chose, the district of this one school and another, large one."""
    other = dict.fromkeys(CHOICES, 50)
    parts: dict[Group, dict[str, int]] = {}
    for school, of_school in (("a", grades), ("b", dict.fromkeys(grades, other))):
        for grade, chosen in of_school.items():
            for group in groups_of(school, grade):
                summed = parts.setdefault(group, dict.fromkeys(CHOICES, 0))
                for name, people in chosen.items():
                    summed[name] += people
    return parts


def test_few_answers_are_told_in_three_classes() -> None:
    few = {"never": 4, "seldom": 3, "some": 4, "often": 2, "daily": 3}
    shown = told({(None, None): few, ("a", None): few}, frozenset(), WIDER)
    assert [each.exactly for each in shown.values()] == [{"little": 7, "some": 4, "much": 5}] * 2


def test_unanimity_and_all_but_one_are_told_alike() -> None:
    for daily in (14, 15):
        answers = {"never": 15 - daily, "daily": daily}
        shown = told({(None, None): answers, ("a", None): answers}, frozenset(), {})
        assert [each.within for each in shown.values()] == [{"never": (0, 1), "daily": (14, 15)}] * 2


def test_a_bound_that_could_be_sharpened_by_subtraction_blurs_the_neighbour() -> None:
    ours, theirs = {"never": 0, "daily": 15}, {"never": 12, "daily": 18}
    parts: dict[Group, dict[str, int]] = {
        ("a", None): ours,
        ("b", None): theirs,
        (None, None): {"never": 12, "daily": 33},
    }
    shown = told(parts, frozenset(), {})
    assert shown["a", None].within == {"never": (0, 1), "daily": (14, 15)}
    assert shown["b", None].within == {"never": (10, 14), "daily": (15, 19)}
    assert shown[None, None].within is None


@pytest.mark.parametrize(("people", "hides"), [(10, 1), (19, 1), (20, 1), (49, 2), (50, 1), (400, 8)])
def test_a_tail_hides_ten_five_or_two_in_a_hundred(people: int, hides: int) -> None:
    assert tails.tail(people) == hides
