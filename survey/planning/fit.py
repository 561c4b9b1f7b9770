"""The families that a school's plan is weighed with: the usual ones, those that parents report, the bureau's own.

Where a round by slips was published, what parents report of devices, printers, connection and children at school
stands for the usual figures: of the district's schools in the same kind of place, and the more of the school's own the
more of its parents answered (estimator.calibration). Open links, where the same may answer twice, change nothing.
A bureau's own families file stands before both, and it may choose the usual figures (survey.planning.families_chosen).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select

from estimator import families
from estimator.assessment import Source
from estimator.calibration import Leaned, leaned, prior_size, together
from estimator.families import Families
from survey import db
from survey.campaign.store import Campaign
from survey.planning.families_chosen import USUAL, FamiliesChosen, FamiliesFile
from survey.release import freeze, standing
from survey.release.findings import SLIPS
from survey.release.having import ASKED, Asked, counts
from survey.release.published import Release
from survey.release.store import FrozenRelease
from survey.staff.district import District, district_of
from survey.staff.store import Bureau, School

Schools = tuple[tuple[str, str], ...]  # id and setting
# Whoever has no connection can hardly answer: what is reported may raise this share, never lower it. A house rule.
NEVER_LOWER = ("no_connection",)
DEVICES_REPORTED = ("computer", "tablet")


@dataclass(frozen=True, slots=True)
class FittedFigure:
    """One figure of the families: as it is usual, as the like schools report it, and as it is used for this school."""

    figure: str
    usual: tuple[float, ...]
    of_like: tuple[float, ...]
    used: Leaned
    is_used: bool  # else the usual one stands


@dataclass(frozen=True, slots=True)
class Fit:
    """The families of one school: those of a file, else the usual ones of its setting with what a release gives."""

    setting: str
    figures: tuple[FittedFigure, ...] = ()
    source: Source | None = None  # the release
    file: FamiliesFile | None = None  # the bureau's own; then there are no figures of a release


def fit_of(school: School, chosen: FamiliesChosen) -> Fit:
    """The families of a school as its bureau has chosen them, by its newest release."""
    newest = newest_by_slips(school.bureau_id)
    reported = by_id(newest, district_of(school.bureau).settings) if newest else {}
    return _as_chosen(school.id, school.setting, chosen, reported)


def fits(district: District, chosen: FamiliesChosen, reported: Mapping[str, Fit]) -> Mapping[str, Fit]:
    """School id → its families as chosen, where those of some schools are reported (by_id, by_release)."""
    return {school: _as_chosen(school, setting, chosen, reported) for school, setting in district.settings}


def by_release(release: Release, bureau: Bureau, district: District) -> Mapping[str, Fit]:
    """School id → its families as parents report them in a release; if that was no round by slips, in the newest."""
    if release.entry == SLIPS:
        return _by_release(release, district.settings)
    newest = newest_by_slips(bureau.id)
    return by_id(newest, district.settings) if newest else {}


def _as_chosen(school: str, setting: str, chosen: FamiliesChosen, reported: Mapping[str, Fit]) -> Fit:
    if file := chosen.file(setting):
        return Fit(setting, file=file)
    return Fit(setting) if chosen.way == USUAL else reported.get(school, Fit(setting))


@lru_cache(maxsize=4096)
def families_of(fit: Fit) -> Families:
    """The families themselves, each figure with who says so."""
    usual = fit.file.families if fit.file else _usual_of(fit.setting)
    used = {each.figure: each.used for each in fit.figures if each.is_used}
    if not used or fit.source is None:
        return usual
    shares = {figure: leaned.shares for figure, leaned in used.items()}
    return replace(
        usual,
        name=f"{usual.name}, {fit.source.title}",
        sources={**usual.sources, **dict.fromkeys(used, fit.source)},
        households=shares.get("households", usual.households),
        counts={**usual.counts, **{device: shares[device] for device in DEVICES_REPORTED if device in shares}},
        printer=shares["printer"][0] if "printer" in shares else usual.printer,
        broadband=shares["broadband"][0] if "broadband" in shares else usual.broadband,
        no_connection=shares["no_connection"][0] if "no_connection" in shares else usual.no_connection,
        rests_on={figure: leaned.rests_on for figure, leaned in used.items()},
    )


def newest_by_slips(bureau_id: str) -> str | None:
    """The id of the bureau's newest release of a round by slips, of those that asked enough schools (`standing`)."""
    of_slips = (
        select(FrozenRelease.id)
        .join(Campaign, Campaign.id == FrozenRelease.campaign_id)
        .where(Campaign.bureau_id == bureau_id, Campaign.entry == SLIPS)
        .order_by(FrozenRelease.published_on.desc(), Campaign.opened_on.desc(), FrozenRelease.number.desc())
    )
    return standing.for_district(db.session("desk").scalars(of_slips).all())


@lru_cache(maxsize=16)
def by_id(release_id: str, schools: Schools) -> Mapping[str, Fit]:
    """School id → its families as parents report them in a release; it never changes, so it is read once."""
    return _by_release(freeze.of_district(release_id), schools)


def _by_release(release: Release, schools: Schools) -> Mapping[str, Fit]:
    source = Source(
        issuer=release.bureau_name,
        title=f"what parents report in «{release.campaign_title}», release {release.number}",
        date=release.published_on,
        url="",
        confidence="reported",
        chinese_title=f"家长在“{release.campaign_title}”中的回答，第 {release.number} 次发布",
    )
    found: dict[str, list[FittedFigure]] = {school: [] for school, _ in schools}
    for setting in {setting for _, setting in schools}:
        like = [school for school, of_setting in schools if of_setting == setting]
        for asked in ASKED:
            for school, figure in _figures(release, asked, like, _usual_of(setting)):
                found[school].append(figure)
    return {school: Fit(setting, tuple(found[school]), source) for school, setting in schools}


def _figures(release: Release, asked: Asked, like: list[str], usual: Families) -> list[tuple[str, FittedFigure]]:
    """One figure for each of these schools; none where nobody's answers are told."""
    answers = {school: told for school in like if (told := counts(release, asked, school))}
    district = counts(release, asked, None)
    if not answers and not district:
        return []
    of_like = together(list(answers.values()) or [district or ()])
    size, known = prior_size(list(answers.values())), _usual(usual, asked.figure)
    nobody = (0.0,) * len(asked.classes)
    fitted = []
    for school in like:
        own = answers.get(school, nobody)
        used = leaned(own, of_like, size)
        is_used = asked.figure not in NEVER_LOWER or used.shares[0] > known[0]
        fitted.append((school, FittedFigure(asked.figure, known, of_like, used, is_used)))
    return fitted


@lru_cache
def _usual_of(setting: str) -> Families:
    return families.load(setting)


def _usual(usual: Families, figure: str) -> tuple[float, ...]:
    if figure == "households":
        return usual.households
    if figure in usual.counts:
        return usual.counts[figure]
    share = {"printer": usual.printer, "broadband": usual.broadband, "no_connection": usual.no_connection}[figure]
    return share, 1 - share
