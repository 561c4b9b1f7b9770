"""Draws the pictures of docs/burden.md from the estimator itself: `python -m docs.draw_burden`.

One picture a dimension: the same grade with more and more of one thing, and the dose that comes of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from estimator import families, norm_file
from estimator.assess import assess
from estimator.plan_reading import plan_from_dict
from survey.charts import Caption, Dose, dose_by_dimension

FOLDER = Path(__file__).parent / "burden"
SCHOOL_DAYS = ["mon", "tue", "wed", "thu", "fri"]
STANDALONE = ('width="100%"', 'width="560"')  # a page gives its width to a chart; a file has one of its own
Asked = Callable[[float], Mapping[str, Any]]


def lesson(**told: object) -> dict[str, Any]:
    """A daily activity of grade 3 away from the screen, unless told otherwise."""
    return {"grade": 3, "subject": "Lesson", "kind": "offline", "days": SCHOOL_DAYS, "minutes": 20, **told}


# dimension → measure shown, amounts, and what each amount makes of a plan
PICTURES: Mapping[str, tuple[str, Sequence[float], Asked]] = {
    "screen": ("screen_minutes", (40, 80, 120, 160), lambda n: {"kind": "recorded", "minutes": n}),
    "homework": ("homework_minutes", (15, 30, 45, 60), lambda n: {"homework_minutes": n}),
    "print": ("forced_printing", (0, 1, 5, 10), lambda n: {"pages": n, "days": ["mon"]}),
    "task": ("check_ins", (0, 1, 3, 5), lambda n: {"check_in": n > 0, "days": SCHOOL_DAYS[: int(n)] or ["mon"]}),
    "device": (
        "families_short_of_device",
        (1, 2, 3),
        lambda n: {"kind": "live", "start": "09:00", "devices": ["computer", "tablet", "phone"][: 4 - int(n)]},
    ),
    "money": ("families_over_budget", (3000, 6000, 9000, 15000), lambda n: {"buy": n}),
    "parent": ("adult_minutes", (15, 45, 60, 90), lambda n: {"adult_minutes": n}),
    "staff": ("teachers_on_camera", (2, 5, 8, 10), lambda n: {"on_camera": n}),
    "reach": (
        "families_out_of_reach",
        (1, 2, 3),
        lambda n: {"kind": "recorded", "devices": ["computer", "tablet", "phone"][: 4 - int(n)]},
    ),
}


def main() -> int:
    """Write one SVG a dimension."""
    norms, rural = norm_file.load(), families.load("rural")
    for dimension, (measure, amounts, ask) in PICTURES.items():
        bars = []
        for amount in amounts:
            told = {"school": "Example", "place": "CN-34", "week_of": "2020-03-09", "currency": "CNY"}
            grade = {"grade": 3, "pupils": 100, "teachers": 10}
            asked = dict(ask(amount))
            grade["teachers_on_camera"] = asked.pop("on_camera", 0)
            plan = plan_from_dict({**told, "grade": [grade], "activity": [lesson(**asked)]})
            found = assess(plan, rural, norms).grades[3]
            shown = found.measures[measure]
            words = f"{shown.value:.3g} {shown.unit}"
            bars.append(Dose(measure.replace("_", " "), shown.dose or 0.0, words, f"{shown.limit:g}"))
        caption = Caption(f"{dimension}: {measure}", "Grade 3 in Anhui, rural families, limits of 9 March 2020.")
        chart = dose_by_dimension(bars, caption=caption, limit_label="limit", headers=("", "", "", ""))
        svg = str(chart.svg).replace(*STANDALONE).replace("currentColor", "#1c2b2a")
        (FOLDER / f"{dimension}.svg").write_text(svg + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(PICTURES)} pictures in {FOLDER.name}/\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
