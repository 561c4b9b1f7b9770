"""The rows and columns of a families workbook: one table, for writing and for reading, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estimator.families import LEAST_PERSONS, MOST_MONEY, MOST_OF_A_THING, MOST_PERSONS, PRICES
from estimator.plan_columns import SETTING_WORDS, Column, Words

VALUE = ("value",)
COUNTS = tuple(f"share_{number}" for number in range(MOST_OF_A_THING + 1))  # of families with 0, 1, 2 … of a thing
NAME = "name"  # the row above all figures: whose they are
LEAST_INCOME = 1  # a year, in any currency: less is a slip of the pen; house rule
YEARLY = "yearly_per_head"  # the row below income: what its groups have


@dataclass(frozen=True, slots=True)
class Figure:
    """A row: its Chinese, how it is filled in, which columns of numbers it fills, and what these may hold."""

    chinese: str
    note: str
    chinese_note: str
    columns: tuple[str, ...] = VALUE
    most: float = 1
    least: float = 0

    @property
    def is_of_shares(self) -> bool:
        """Whether it holds shares of families."""
        return (self.least, self.most) == (0, 1)


def _price(chinese: str, note: str, chinese_note: str) -> Figure:
    return Figure(chinese, f"optional: {note}", f"可不填；{chinese_note}", most=MOST_MONEY)


OWNED = "share of families with 0, 1, 2 … of them; together 1", "有 0、1、2……台的家庭各占多少，合计为 1"
GROUPS = COUNTS[1:]
FIGURES: Mapping[str, Figure] = {
    "households": Figure(
        "上学孩子数",
        "share of families with 1, 2, 3 children at school; together 1",
        "有 1、2、3 个孩子上学的家庭各占多少，合计为 1",
        COUNTS[1:4],
    ),
    "persons": Figure(
        "家庭人数",
        "people in a family with a child at school",
        "有孩子上学的家庭平均人数",
        most=MOST_PERSONS,
        least=LEAST_PERSONS,
    ),
    "tv": Figure("电视", *OWNED, COUNTS),
    "computer": Figure("电脑", *OWNED, COUNTS),
    "tablet": Figure("平板", *OWNED, COUNTS),
    "phone": Figure("手机", *OWNED, COUNTS),
    "printer": Figure("打印机", "share of families with a printer", "有打印机的家庭占多少"),
    "broadband": Figure("宽带", "share of families with broadband", "有宽带的家庭占多少"),
    "no_connection": Figure("无法上网", "share of families that cannot take part online", "无法上网听课的家庭占多少"),
    "adults_at_work_on_computer": Figure(
        "用电脑工作的大人",
        "share of families with 0, 1, 2 adults who work on a computer at home in lesson hours; together 1",
        "上课时间在家用电脑工作的大人有 0、1、2 人的家庭各占多少，合计为 1",
        COUNTS,
    ),
    "income": Figure(
        "收入",
        "share of families in each income group, at most five; together 1",
        "各收入组的家庭各占多少，最多五组，合计为 1",
        GROUPS,
    ),
    YEARLY: Figure(
        "人均年收入",
        "what each of these groups has a year for each person, in the plan's currency; its source is that of income",
        "以上各组每人每年的收入，单位与计划的币种相同；出处同“收入”",
        GROUPS,
        MOST_MONEY,
        LEAST_INCOME,
    ),
    "price_page_bw": _price("黑白打印一页", "a page printed in black at a shop", "在打印店黑白打印一页的价格"),
    "price_page_colour": _price("彩色打印一页", "a page printed in colour at a shop", "在打印店彩色打印一页的价格"),
    "price_page_own_printer": _price("自家打印一页", "a page printed at home", "在家打印一页的费用"),
    "price_printer": _price("打印机价格", "a printer", "一台打印机的价格"),
    "price_gb": _price("流量每 GB", "a gigabyte of mobile data", "手机流量每 GB 的价格"),
}
OPTIONAL = PRICES
WHOSE = Figure(
    "适用地区",
    "whose families these are: urban, rural, or the name of a district",
    "这些是哪里的家庭：城镇、乡村，或某个地区的名称",
)
FIGURE_WORDS: Words = {name: figure.chinese for name, figure in {NAME: WHOSE, **FIGURES}.items()}
CONFIDENCE_WORDS: Words = {"verified": "已读原文", "secondary": "据报道", "weak": "出处不够可靠"}
COLUMNS = (
    Column("figure", "项目", "word", FIGURE_WORDS, width=27),
    Column("meaning", "填写说明", "text", {}, "fill in the coloured cells", "请填写有底色的格子", 32),
    *(
        Column(name, f"占比（{number}）", "number", {}, "0.38 means 38 %", "0.38 表示 38%", 9)
        for number, name in enumerate(COUNTS)
    ),
    Column("value", "数值", "number", width=9),
    Column("issuer", "发布者", "text", width=18),
    Column("title", "标题", "text", width=34),
    Column("date", "日期", "date", note="2020-03-09", width=12),
    Column("url", "网址", "text", {}, "may be empty", "可不填", 24),
    Column("confidence", "可信程度", "word", CONFIDENCE_WORDS, "how well the line was read", "这一条是怎样读到的", 12),
)
SETTINGS_OFFERED: Words = {"en": ",".join(SETTING_WORDS), "zh": ",".join(SETTING_WORDS.values())}
SHEET_TITLES: Words = {"en": "families", "zh": "家庭"}
