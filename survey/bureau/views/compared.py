"""Schools held beside one another: heat tables, schools that stand out, town and countryside, needs."""

from __future__ import annotations

from flask import g, render_template, request

from survey import wording
from survey.bureau import gaps as bureau_gaps
from survey.bureau import heat, needs, pictures, standouts
from survey.bureau.order import asked
from survey.bureau.views import bp
from survey.bureau.views.campaigns import all_campaigns
from survey.bureau.views.releases import newest_release
from survey.planning.assessments import weigh_district
from survey.planning.likeness import SCORE
from survey.release.findings import FEWEST_TO_COMPARE
from survey.results import quantities, sentences
from survey.school.definitions import MEASURE_DEFINITIONS
from survey.staff import scope
from survey.staff.access import bureau_only

PARENTS = "parent"  # whose answers stand in the second heat table


@bp.get("/measures")
@bureau_only
def measures():
    schools, release = scope.schools(), newest_release()
    weighed = weigh_district(scope.bureau())
    limited = heat.measures_limited(weighed.values())
    told = [each for each in quantities.asked_in(release) if each.questionnaire == PARENTS] if release else []
    plans = asked(request.args.get("plans"), [*limited, heat.SCORE, heat.PEOPLE])
    reports = asked(request.args.get("reports"), [*(each.name for each in told), heat.PEOPLE])
    return render_template(
        "bureau/measures.html",
        rows=heat.plan_rows(schools, weighed, plans),
        limited=limited,
        release=release,
        reported=heat.report_rows(release, told, PARENTS, names_of(scope.all_schools()), reports) if told else [],
        quantities=told,
        heavy_answers=quantities.heavy_answers,
        orders={"plans": plans, "reports": reports},
        definitions=MEASURE_DEFINITIONS,
        heat=heat,
        wording=wording,
    )


@bp.get("/standouts")
@bureau_only
def stand_outs():
    release = newest_release()
    if release is None:
        return later()
    found = standouts.stand_outs(release, names_of(scope.all_schools()))
    return render_template(
        "bureau/standouts.html",
        release=release,
        found=found,
        charts=[pictures.funnel_of(each, g.language) for each in found],
        may_repeat=standouts.may_repeat(release),
        place_words=pictures.PLACE_WORDS,
        sentences=sentences,
        wording=wording,
    )


@bp.get("/gaps")
@bureau_only
def gaps():
    schools, release = scope.all_schools(), newest_release()
    found = bureau_gaps.gaps(release, schools) if release else []
    plans = bureau_gaps.plans_by_setting(weigh_district(scope.bureau()), schools)
    return render_template(
        "bureau/gaps.html",
        release=release,
        gaps=found,
        chart=pictures.gaps_of(found, g.language),
        plans=plans,
        apart=bureau_gaps.parted(plans),
        fewest=bureau_gaps.FEWEST,
        fewest_people=FEWEST_TO_COMPARE,
        score=SCORE,
        gap_words=pictures.GAP_WORDS,
        sentences=sentences,
        wording=wording,
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
        wording=wording,
    )


def later():
    """What stands here before the first release."""
    return render_template("bureau/later.html", campaigns=all_campaigns())


def names_of(schools):
    return {school.id: school.label for school in schools}
