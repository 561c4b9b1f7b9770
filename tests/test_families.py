"""Families files: what ships is sound and cited; what a district writes is read strictly."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from estimator import families, norm_file, uncertainty
from estimator.families import DISTRIBUTIONS, NUMBERS, PACKAGE, FamiliesProblems
from estimator.plan import DEVICES

URBAN = (PACKAGE / "urban.toml").read_text(encoding="utf-8")


def problems(tmp_path: Path, text: str) -> list[str]:
    """Where, of everything that the reader refuses."""
    path = tmp_path / "district.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FamiliesProblems) as found:
        families.load(path)
    return [problem.where for problem in found.value.problems]


@pytest.mark.parametrize("name", ["urban", "rural"])
def test_what_ships_adds_up_and_names_its_sources(name: str) -> None:
    own = families.load(name)
    for shares in (own.households, own.adults_at_work_on_computer, *own.counts.values()):
        assert math.isclose(sum(shares), 1)
    assert set(own.counts) == set(DEVICES)
    assert set(own.sources) == {*DISTRIBUTIONS, *NUMBERS, "income"}
    assert all(source.issuer and source.title for source in own.sources.values())
    # An address, or nothing: words in its place would stand untranslated on a page.
    assert all(re.fullmatch(r"\S+\.\S+|", source.url) for source in own.sources.values())


def test_a_district_overrides_what_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "district.toml"
    path.write_text(URBAN.replace("[0.8, 0.18, 0.02]", "[0.5, 0.4, 0.1]"), encoding="utf-8")
    assert families.load(path).households == (0.5, 0.4, 0.1)


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("[0.8, 0.18, 0.02]", "[0.8, 0.18, 0.12]", "district.toml: [households]"),
        ("[0.8, 0.18, 0.02]", "[0.8, 0.18, 0.01, 0.01]", "district.toml: [households]"),
        ("[0.8, 0.18, 0.02]", "[1.2, -0.2, 0.0]", "district.toml: [households] shares 2"),
        ("[0.8, 0.18, 0.02]", "[nan, 0.5, 0.5]", "district.toml: [households] shares 1"),
        ("[0.8, 0.18, 0.02]", '"most have one"', "district.toml: [households]"),
        ("value = 3.5", "value = inf", "district.toml: [persons]"),
        ("value = 3.5", "value = -1", "district.toml: [persons]"),
        ('name = "urban"', "nome = 1", "district.toml: nome"),
    ],
)
def test_what_cannot_be_is_refused_by_file_and_key(before: str, after: str, where: str, tmp_path: Path) -> None:
    assert before in URBAN
    assert where in problems(tmp_path, URBAN.replace(before, after, 1))


INCOMES = "[10172, 21745, 34506, 54070, 105303]"


@pytest.mark.parametrize(
    ("incomes", "where", "found", "remedy"),
    [
        ("[10172, 21745, -3, 54070, 0]", " 3 and 5", "-3 and 0", "Write a number above 0, at most 1000000000."),
        ('[10172, "21,745", 34506, 54070, 105303]', " 2", "21,745", "Write a number above 0, at most 1000000000."),
        ("[10172, 21745]", "", "2", "Write as many numbers as there are shares: 5."),
        ('"ten thousand"', "", "ten thousand", "Write as many numbers as there are shares: 5."),
    ],
)
def test_of_incomes_only_what_is_wrong_is_told_and_what_would_do(
    incomes: str, where: str, found: str, remedy: str
) -> None:
    assert INCOMES in URBAN
    with pytest.raises(FamiliesProblems) as refused:
        families.read(URBAN.replace(INCOMES, incomes).encode(), "own.toml")
    told = refused.value.problems
    named = " and ".join(problem.where.rpartition("yearly_per_head")[2].strip() for problem in told)
    assert (named, " and ".join(problem.found for problem in told)) == (where.strip(), found)
    assert {problem.remedy % dict(problem.values) for problem in told} == {remedy}


def test_a_figure_without_its_source_is_refused(tmp_path: Path) -> None:
    line = next(line for line in URBAN.splitlines() if line.startswith("source = "))
    assert problems(tmp_path, URBAN.replace(line, 'source = { issuer = "somebody" }', 1)) == [
        "district.toml: [households]"
    ]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "[[[") == ["district.toml"]
    with pytest.raises(FamiliesProblems):
        families.load(tmp_path / "nowhere.toml")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.floats(), max_size=3),
    st.dictionaries(st.sampled_from(["value", "shares", "source", "yearly_per_head"]), st.floats(), max_size=3),
)


@given(st.dictionaries(st.sampled_from([*DISTRIBUTIONS, *NUMBERS, "income", "prices", "name", "odd"]), ODD, max_size=6))
def test_whatever_stands_there_the_reader_explains_or_reads(said: dict[str, Any]) -> None:
    content = {**tomllib.loads(URBAN), **said}
    found = families.problems_of("district.toml", content)
    assert all(problem.where.startswith("district.toml") for problem in found)
    if not found:
        assert families.from_content(content).name == content["name"]


def test_families_are_drawn_from_a_dirichlet_distribution_as_numpy_draws_it() -> None:
    assumed, norms, day = families.load("rural"), norm_file.load(), date(2020, 3, 9)
    spread = norms.figure("device_spread", "CN", day).value
    drawn = uncertainty.draws(assumed, norms, "CN", day)
    for device, shares in assumed.counts.items():
        there = [place for place, share in enumerate(shares) if share]
        sizes = [shares[place] / spread**2 for place in there]
        for number in range(uncertainty.DRAWS):
            chance = np.random.default_rng([uncertainty.SEED, number, *device.encode()])
            found = [np.asarray(drawn.counts[device])[place, 1 + number] for place in there]
            assert found == pytest.approx(chance.dirichlet(sizes).tolist(), rel=1e-12)


@given(st.lists(st.floats(1.0, 500.0), min_size=2, max_size=6), st.floats(0.02, 1.0))
@example([1.0] * 6, 0.405)  # gammas of hardly more than 1, which take another normal number now and then
@example([1.0, 9.0], 0.4)  # one of less than 1
def test_all_draws_at_once_are_those_that_numpy_makes_one_by_one(sizes: list[float], spread: float) -> None:
    shares = tuple(size / sum(sizes) for size in sizes)
    found = uncertainty._scattered(shares, spread, "tablet")
    for number in range(uncertainty.DRAWS):
        chance = np.random.default_rng([uncertainty.SEED, number, *b"tablet"])
        drawn = chance.dirichlet([share / spread**2 for share in shares])
        assert found[:, number] == pytest.approx(drawn, rel=1e-12)
