"""The page about a nation's week is what its figures give."""

from __future__ import annotations

from benchmarks import scale


def test_the_page_shows_what_its_figures_give() -> None:
    page = (scale.DOCS / "scale.md").read_text(encoding="utf-8")
    assert scale.written(page) == page


def test_a_thousand_answers_in_the_busiest_hour_are_worked_out_by_hand() -> None:
    told = {"busiest day": 0.5, "busiest hour": 0.36, "used": 0.5, "journey": 10.0, "log when sent": 5000.0}
    week = scale.Week(20_000_000, told)
    assert scale.answers_a_second(week) == 1000  # 20 million × 0.5 × 0.36 ÷ 3,600
    assert scale.cores_for_pages(week) == 20  # 1,000 a second × 10 ms ÷ 0.5
    assert scale.log_a_second(week) == 5  # 1,000 × 5,000 bytes, in megabytes


def test_a_nation_is_its_provinces_together() -> None:
    weeks = scale.weeks(scale.read())
    provinces = 31
    assert round(weeks["an average province"].answers * provinces) == weeks["a nation"].answers
