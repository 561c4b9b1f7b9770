"""Charts as a page receives them: words stay words, ids never clash, the figures stand beneath, nothing is outside."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from survey.charts import (
    AnswerBar,
    Beside,
    Caption,
    Chart,
    Dose,
    Dumbbell,
    GradeScore,
    LifeLegend,
    Limits,
    SchoolPoint,
    ShareBar,
    SideBar,
    Strip,
    TwoSides,
    burden_by_grade,
    dose_by_dimension,
    funnel_plot,
    plan_beside_life,
    school_among_district,
    share_bars,
    stacked_answers,
    then_and_now,
    two_sides,
)
from survey.charts.answers import PALETTES, contrast, ink_on
from survey.charts.change import NOW
from survey.charts.comparison import middle_half
from survey.charts.drawing import MOST_ROWS, PLAN
from survey.charts.sides import LOOKS

CAPTION = Caption("标题 <&>", "一句话。")
ENOUGH_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3


def by_grade() -> Chart:
    """Two grades, one with a range."""
    grades = [GradeScore("一年级", 30, 30, 30), GradeScore("二年级", 72, 60, 80)]
    return burden_by_grade(grades, caption=CAPTION, limit_label="限值", headers=("年级", "分数", "范围"))


def doses() -> Chart:
    """One dose within the limit, one far beyond what is drawn."""
    bars = [Dose("屏幕时间", 0.5, "40 分钟", "80 分钟"), Dose("打印", 7.0, "70 页", "10 页")]
    return dose_by_dimension(bars, caption=CAPTION, limit_label="限值", headers=("指标", "计划", "限值", "倍数"))


def strips() -> Chart:
    """A school among five others."""
    strip = Strip("分数", 40, (10, 20, 30, 50, 60))
    return school_among_district([strip], caption=CAPTION, limit_label="限值", headers=("项", "本校", "一半"))


def answers() -> Chart:
    """Two audiences, one of them hidden."""
    bars = [AnswerBar("家长", (0.25, 0.75)), AnswerBar("教师", None, "少于 10 人，不显示")]
    return stacked_answers(bars, ("是", "否"), caption=CAPTION, first_header="谁")


def change() -> Chart:
    """A share that clearly changed, and one that stayed where it was."""
    rows = [
        Dumbbell("少看屏幕", 0.4, 0.2, ("40%", "20%"), "明显减少", True),
        Dumbbell("多玩一会儿", 0.5, 0.5, ("50%", "50%"), "不明显", False),
    ]
    return then_and_now(rows, caption=CAPTION, legend=("上次", "这次"), headers=("需求", "上次", "这次", "一句话"))


def beside(life: float = 1.2, low: float = 1.0, high: float = 1.4, plan: float = 0.5) -> Chart:
    """One quantity of a plan beside life, as multiples of its limit; the last band begins at the fourfold."""
    row = Beside("屏幕时间", "本校 30 名家长", plan, life, low, high, 4.0, ("60 分钟", "30 分钟", "72 分钟", "…"))
    legend = LifeLegend("计划的要求", "家庭反映", "限值线", "超出刻度", "限值的倍数")
    return plan_beside_life([row], caption=CAPTION, legend=legend, headers=("指标", "限值", "计划", "家庭", "结论"))


def bars() -> Chart:
    """A share told exactly with its range, one told as a bound, and one beside the line that it should reach."""
    listed = [
        ShareBar("设备", 0.4, 0.4, (0.3, 0.5), "40%", ("40%",)),
        ShareBar("流量", 0.0, 0.1, None, "≤ 10%", ("≤ 10%",)),
        ShareBar("家长", 0.15, 0.15, None, "15%", ("15%",), line=0.2),
    ]
    return share_bars(listed, caption=CAPTION, headers=("项", "比例"))


def a_funnel() -> Chart:
    """A school within the limits, one between them told as a bound, and one beyond both."""
    points = [
        SchoolPoint(80, 0.3, 0.3, 0, "", ("甲", "80", "30%")),
        SchoolPoint(20, 0.5, 0.6, 1, "", ("乙", "20", "50%–60%")),
        SchoolPoint(120, 0.7, 0.7, 2, "A", ("A · 丙", "120", "70%")),
    ]
    narrow, wide = ((20, 0.1, 0.5), (120, 0.2, 0.4)), ((20, 0.0, 0.6), (120, 0.15, 0.45))
    limits = Limits(0.3, narrow, wide, ("全区", "95%", "99.8%"))
    return funnel_plot(points, limits, caption=CAPTION, axis_label="作答人数", headers=("学校", "人数", "比例"))


def sides() -> Chart:
    """One thing with both sides, and one of which one side tells nothing."""
    things = [
        TwoSides("打卡", (SideBar("按计划", (3, 1, 0, 8)), SideBar("按反映", (0, 12, 0, 0)))),
        TwoSides("互动", (SideBar("按计划", None, "只能听反映"), SideBar("按反映", (1, 2, 3, 6)))),
    ]
    words = ("做到", "部分做到", "没有做到", "不清楚")
    return two_sides(things, words, caption=CAPTION, headers=("条款", "途径", *words))


CHARTS = {
    "by_grade": by_grade,
    "doses": doses,
    "strips": strips,
    "answers": answers,
    "change": change,
    "beside": beside,
    "bars": bars,
    "a_funnel": a_funnel,
    "sides": sides,
}


@pytest.mark.parametrize("name", CHARTS)
def test_words_are_text_that_any_phone_can_draw(name: str) -> None:
    root = ElementTree.fromstring(CHARTS[name]().svg)
    words = {"".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")}
    assert any(re.search("[\u4e00-\u9fff]", word) for word in words)
    assert "font-face" not in CHARTS[name]().svg


@pytest.mark.parametrize("name", CHARTS)
def test_the_chart_has_a_name_and_a_sentence_for_those_who_hear_it(name: str) -> None:
    svg = CHARTS[name]().svg
    assert "标题 &lt;&amp;&gt;" in svg
    assert "一句话。" in svg
    assert 'role="img"' in svg


def test_two_charts_on_one_page_share_no_id() -> None:
    seen = [id_ for make in CHARTS.values() for id_ in re.findall(r'\bid="([^"]+)"', make().svg)]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_figures_make_the_same_chart_and_ask_nobody_else(name: str) -> None:
    assert CHARTS[name]().svg == CHARTS[name]().svg
    outside = set(re.findall(r'https?://[^"\s]+', CHARTS[name]().svg))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_figures_stand_beneath_as_they_are_drawn() -> None:
    assert by_grade().rows == (("一年级", "30", "30"), ("二年级", "72", "60–80"))
    assert doses().rows[1] == ("打印", "70 页", "10 页", "×7.00")
    assert change().rows[0] == ("少看屏幕", "40%", "20%", "明显减少")
    assert answers().rows == (("家长", "25%", "75%"), ("教师", "少于 10 人，不显示", "–"))


def test_then_is_an_open_dot_now_a_solid_one_and_a_clear_change_has_a_thick_unbroken_line() -> None:
    svg = change().svg
    assert svg.count("fill: #ffffff") == svg.count(f"fill: {NOW}") == 3  # one in the legend, one in each row
    lines = re.findall(r"stroke-dasharray: ([^;\"]+)", svg)
    assert len(lines) == 1  # only the change that is not clear is broken
    assert svg.count("font-weight: 700") == 1


def words_of(chart: Chart) -> list[str]:
    """Every line of words that is drawn."""
    root = ElementTree.fromstring(chart.svg)
    return ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_plan_beside_life_says_what_its_marks_mean_whose_answers_they_are_and_its_scale() -> None:
    drawn = words_of(beside())
    assert {"计划的要求", "家庭反映", "限值线", "限值的倍数", "0", "1", "2", "3", "×0.5", "×1.2"} <= set(drawn)
    assert "屏幕时间 · 本校 30 名家长" in drawn
    assert "超出刻度" not in drawn


@pytest.mark.parametrize(
    ("life", "figure"),
    [(beside(3.8, 3.5, 3.9), "×3.8"), (beside(math.inf, math.inf, math.inf), ">×4.0"), (beside(1, 1, 3.1), "×1.0")],
)
def test_life_beyond_the_scale_is_an_arrow_and_its_figure_tells_it_from_others(life: Chart, figure: str) -> None:
    assert {"超出刻度", figure} <= set(words_of(life))


def test_a_plan_beyond_the_scale_is_an_arrow_too() -> None:
    assert "超出刻度" in words_of(beside(plan=5))


def test_in_a_funnel_only_who_is_beyond_both_limits_is_solid_and_has_a_letter() -> None:
    svg = a_funnel().svg
    assert svg.count(f"fill: {PLAN}") == 1
    root = ElementTree.fromstring(svg)
    words = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("A") == 1
    assert a_funnel().rows[2] == ("A · 丙", "120", "70%")


def test_letters_that_would_lie_on_one_another_are_left_to_the_table() -> None:
    points = [SchoolPoint(100, 0.7, 0.7, 2, mark, (mark, "100", "70%")) for mark in "ABC"]
    limits = Limits(0.3, ((50, 0.2, 0.4), (100, 0.2, 0.4)), ((50, 0.1, 0.5), (100, 0.1, 0.5)), ("", "", ""))
    svg = funnel_plot(points, limits, caption=CAPTION, axis_label="", headers=("学校", "人数", "比例")).svg
    words = ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert [word for word in words if word in ("A", "B", "C")] == ["A"]


def test_two_sides_are_told_apart_by_number_and_pattern_and_not_by_colour_alone() -> None:
    drawn = words_of(sides())
    assert {"1 · 3", "2 · 12", "4 · 8", "只能听反映"} <= set(drawn)
    assert len({look.pattern for look in LOOKS if look.colour not in ("#018571", "#ffffff")} - {""}) == 2
    assert all(contrast(ink_on(look.colour), look.colour) >= ENOUGH_CONTRAST for look in LOOKS)
    assert sides().rows[2] == ("互动", "按计划", "只能听反映", "–", "–", "–")


def test_a_long_chart_stands_in_two_parts_and_has_one_table() -> None:
    rows = [Dumbbell(f"需求{n}", 0.4, 0.2, ("40%", "20%"), "明显减少", True) for n in range(MOST_ROWS + 1)]
    chart = then_and_now(rows, caption=CAPTION, legend=("上次", "这次"), headers=("需求", "上次", "这次", "一句话"))
    first, second = (part + "</svg>" for part in chart.svg.split("</svg>")[:-1])
    assert ("需求4" in first, "需求5" in second, "需求5" in first) == (True, True, False)
    assert first.count("上次") == second.count("上次") == 1
    assert len(chart.rows) == MOST_ROWS + 1


def test_two_sides_have_looks_for_four_words() -> None:
    with pytest.raises(ValueError, match="3 words"):
        two_sides([], ("做到", "没有做到", "不清楚"), caption=CAPTION, headers=())


def test_with_fewer_than_five_others_no_band_is_drawn() -> None:
    assert middle_half((10, 20, 30, 40)) is None
    # The quartiles of 10, 20, 30, 40, 50 are 20 and 40.
    assert middle_half((10, 20, 30, 40, 50)) == (20, 40)


def test_nine_choices_cannot_be_told_apart_in_one_bar() -> None:
    with pytest.raises(ValueError, match="9 choices"):
        stacked_answers([], tuple("abcdefghi"), caption=CAPTION, first_header="谁")


@pytest.mark.parametrize("colour", sorted({colour for palette in PALETTES.values() for colour in palette}))
def test_figures_can_be_read_on_every_segment(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= ENOUGH_CONTRAST
