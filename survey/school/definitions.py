"""What each figure on a principal's pages is, in plain words: one table for each kind of name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from survey.words.wording import Words

MEASURE_DEFINITIONS: Words = {
    "screen_minutes": _l(
        "Minutes in front of a screen on the weekday with most of them: "
        "television, recorded and live lessons added together."
    ),
    "screen_dose": _l(
        "Where each kind of screen has a limit of its own: the day's minutes on each, "
        "divided by that screen's limit, and added together."
    ),
    "longest_run_minutes": _l(
        "The most minutes at a screen one after the other: lessons with too short a break between them count as one."
    ),
    "lesson_minutes": _l("The length of the longest single lesson on a screen."),
    "homework_minutes": _l("Minutes of written homework on the weekday with most of it."),
    "pages_week": _l("Pages that a family prints in a week if the child does everything the plan offers."),
    "forced_printing": _l("Pages a week that a family must print, because the task is compulsory."),
    "print_cost_month": _l(
        "What printing costs a family in a month, on average: each prints in the cheapest way it can, "
        "on its own printer, at a shop, or on a printer bought for it."
    ),
    "data_gb_month": _l("The data that one child's lessons and uploads use in a month."),
    "data_cost_month": _l(
        "What these data cost in a month on a mobile phone; a family with broadband at home pays nothing more."
    ),
    "families_over_budget": _l(
        "Families that would have to spend too large a share of their income: "
        "on data alone, or on data, printing and purchases together."
    ),
    "families_short_of_device": _l(
        "Families in which, at some moment of the week, a child has a lesson at a fixed time and no device is left "
        "for it, because brothers, sisters or parents need them."
    ),
    "families_out_of_reach": _l(
        "Families that cannot follow some compulsory lesson at all: they have no device for it, or no connection."
    ),
    "adult_minutes": _l("Minutes that an adult must sit beside the child on the weekday with most of them."),
    "check_ins": _l(
        "How many times a week pupils must check in online; an offer that nobody must take is not counted."
    ),
    "uploads": _l(
        "How many times a week pupils must upload a video of their study; photos of written work are allowed."
    ),
    "teachers_on_camera": _l("How many of the grade's teachers must teach live or record their lessons."),
}

FIGURE_LABELS: Words = {
    "rest_minutes": _l("Break that parts two lessons"),
    "kbps_live": _l("Data rate of a live lesson"),
    "kbps_recorded": _l("Data rate of a recorded lesson"),
    "kbps_tv": _l("Data rate of a television lesson"),
    "kbps_offline": _l("Data rate away from the screen"),
    "price_page_bw": _l("Black-and-white page at a shop"),
    "price_page_colour": _l("Colour page at a shop"),
    "price_page_own_printer": _l("Page on one's own printer"),
    "price_printer": _l("Printer"),
    "price_gb": _l("Mobile data"),
    "data_share_of_income": _l("What data may take of a month's income"),
    "purchase_share_of_income": _l("What everything together may take of a month's income"),
    "purchase_months": _l("Time over which a purchase is spread"),
    "device_spread": _l("How far shares of families may be off"),
    "price_spread": _l("How far prices may be off"),
}

# Amount in each unit of a figure; prices name their currency.
FIGURE_UNITS: Words = {
    "min": _l("%(amount)s minutes"),
    "kbit/s": _l("%(amount)s kbit/s"),
    "months": _l("%(amount)s months"),
    "share": _l("%(amount)s%%"),
    "relative": _l("± %(amount)s%%"),
    "page": _l("%(amount)s %(currency)s a page"),
    "GB": _l("%(amount)s %(currency)s a GB"),
    "": _l("%(amount)s %(currency)s"),
}

FAMILY_LABELS: Words = {
    "households": _l("Children at school in a family"),
    "persons": _l("People in a family"),
    "tv": _l("Televisions in a family"),
    "computer": _l("Computers in a family"),
    "tablet": _l("Tablets in a family"),
    "phone": _l("Smartphones in a family"),
    "printer": _l("Families with a printer"),
    "broadband": _l("Families with broadband"),
    "no_connection": _l("Families that cannot take part online"),
    "adults_at_work_on_computer": _l("Adults who work on a computer at home during lessons"),
    "income": _l("Income a month for each person"),
}

# Why a limit was passed over, as `Norms.ruling` says it.
REASONS: Words = {
    "other place": _l("it holds in another place"),
    "other grades": _l("it is for other grades"),
    "not yet issued": _l("it was not yet issued in that week"),
    "no longer in force": _l("it was no longer in force in that week"),
    "read too weakly to decide": _l("its text was not read well enough to decide"),
    "a cited norm speaks": _l("a published limit comes before a house rule"),
    "a nearer place speaks": _l("the limit of a nearer place comes first"),
    "a newer one speaks": _l("a newer or stricter limit comes first"),
}
# Reasons that say nothing about this grade here.
ELSEWHERE = ("other place", "other grades")
