"""Schools held beside one another: heat tables, schools that stand out, town and countryside, needs."""

from __future__ import annotations

from flask import g, render_template, request

from survey.bureau import gaps as bureau_gaps
from survey.bureau import heat, needs, pictures, standouts
from survey.bureau.order import asked
from survey.bureau.views import bp
from survey.bureau.views.campaigns import all_campaigns
from survey.bureau.views.releases import newest_id, newest_release
from survey.planning.assessments import weighed_district
from survey.planning.likeness import SCORE
from survey.release import freeze
from survey.release.findings import FEWEST_TO_COMPARE
from survey.results import quantities, sentences
from survey.school.definitions import MEASURE_DEFINITIONS
from survey.staff import scope
from survey.staff.access import bureau_only
from survey.staff.paging import ROWS, paged

PARENTS = "parent"  # whose answers stand in the second heat table


@bp.get("/measures")
@bureau_only
def measures():
    newest, found, words = newest_id(), weighed_district(scope.bureau()), scope.words()
    release = newest and freeze.of_district(newest)
    limited = heat.measures_limited(found)
    told = [each for each in quantities.asked_in(release) if each.questionnaire == PARENTS] if release else []
    plans = asked(request.args.get("plans"), [*limited, heat.SCORE, heat.PEOPLE])
    reports = asked(request.args.get("reports"), [*(each.name for each in told), heat.PEOPLE])
    reported = heat.report_rows(newest, PARENTS, found.district, reports) if told else []
    return render_template(
        "bureau/measures.html",
        rows=paged(heat.plan_rows(found, plans), lambda row: words(row.school.id, row.school.label), "plans_page"),
        limited=limited,
        release=release,
        reported=paged(reported, lambda row: words(row.school_id, row.name), "reports_page"),
        quantities=told,
        heavy_answers=quantities.heavy_answers,
        orders={"plans": plans, "reports": reports},
        definitions=MEASURE_DEFINITIONS,
        heat=heat,
    )


@bp.get("/standouts")
@bureau_only
def stand_outs():
    """All quantities; of a district whose lists are long, the chart and the schools of one at a time."""
    newest, district = newest_id(), scope.district()
    if newest is None:
        return later()
    release, found = freeze.of_district(newest), standouts.stand_outs_of(newest, district)
    is_long = len(district.schools) > ROWS
    chosen = [each for each in found if each.quantity.name == request.args.get("of")] if is_long else found
    shown = chosen or [each for each in found if each.district][:1]
    words = scope.words()

    def words_of(row):
        return words(row[0].school_id, row[0].school_name)

    return render_template(
        "bureau/standouts.html",
        release=release,
        found=found,
        is_long=is_long,
        most=ROWS,
        sections=[(each, chart_of(each), paged(apart_first(each), words_of)) for each in shown],
        may_repeat=standouts.may_repeat(release),
        sentences=sentences,
    )


def chart_of(found):
    return pictures.funnel_of(found, g.language)


def apart_first(found):
    """Each school with its row of the chart's figures; where they are many, those that stand out come first."""
    chart = chart_of(found)
    rows = list(zip(found.schools, chart.rows, strict=True)) if chart else []
    return rows if len(rows) <= ROWS else sorted(rows, key=lambda row: standouts.APART_FIRST[row[0].place])


@bp.get("/gaps")
@bureau_only
def gaps():
    newest, weighed = newest_id(), weighed_district(scope.bureau())
    found = bureau_gaps.gaps_of(newest, weighed.district) if newest else []
    plans = bureau_gaps.plans_by_setting(weighed)
    return render_template(
        "bureau/gaps.html",
        release=newest and freeze.of_district(newest),
        gaps=found,
        chart=pictures.gaps_of(found, g.language),
        plans=plans,
        apart=bureau_gaps.parted(plans),
        fewest=bureau_gaps.FEWEST,
        fewest_people=FEWEST_TO_COMPARE,
        score=SCORE,
        gap_words=pictures.GAP_WORDS,
        sentences=sentences,
    )


@bp.get("/needs")
@bureau_only
def needs_page():
    release = newest_release()
    if release is None:
        return later()
    found = needs.needed(release)
    return render_template(
        "bureau/needs.html",
        release=release,
        found=found,
        charts=[pictures.needs_of(each, g.language) for each in found],
        sentences=sentences,
    )


def later():
    """What stands here before the first release."""
    return render_template("bureau/later.html", campaigns=all_campaigns())
