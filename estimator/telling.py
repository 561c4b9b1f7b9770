"""What the command line says of assessments, advice and norms, in English."""

from __future__ import annotations

from datetime import date
from typing import Any

from estimator import burden
from estimator.advice import Advice, Change
from estimator.assessment import Assessment, Measure, Source
from estimator.explain import OF_FAMILIES, Explanation
from estimator.family_counts import of_share
from estimator.field_checks import clock
from estimator.norms import HOUSE, Norms, Statement
from estimator.plan import Activity

HOUSE_RULE = "  [house rule]"
OTHER_GRADES = "other grades"  # not worth a line each
START, SHARE = "start_minute", "share"


def assessment(found: Assessment, school: str) -> str:
    """Each grade's score, and its flags with their source."""
    lines = [f"{school} · {found.place} · {found.date} · families: {found.families}"]
    for grade in found.grades.values():
        lines.append(
            f"\ngrade {grade.grade}: {grade.score:.1f} ({grade.low:.1f}–{grade.high:.1f}), {burden.word(grade.score)}; "
            f"{grade.norms_broken} of {grade.norms_checked} norms broken"
        )
        for flag in grade.flags:
            mark = HOUSE_RULE if flag.house_rule else ""
            lines.append(f"  {flag.measure}: {flag.value:.4g} {flag.unit}, limit {flag.limit:.4g}{mark}")
            if flag.measure in OF_FAMILIES and flag.unit == SHARE:
                likely = of_share(flag.value, grade.pupils)
                lines.append(f"    about {likely.expected:.0f} of {grade.pupils} families ({likely.low}–{likely.high})")
            lines.append(f"    {document(flag.source)}")
    return "\n".join(lines)


def comparison(one: Assessment, other: Assessment, names: tuple[str, str]) -> str:
    """Two plans side by side, measure by measure; a grade that only one has stands alone."""
    lines = [f"{'':<34}{names[0][:22]:>22}{names[1][:22]:>22}"]
    for number in sorted(one.grades.keys() | other.grades.keys()):
        pair = one.grades.get(number), other.grades.get(number)
        scores = [f"{grade.score:.1f}" if grade else "–" for grade in pair]
        lines.append(f"\n{f'grade {number}: score':<34}{scores[0]:>22}{scores[1]:>22}")
        for name in dict.fromkeys(name for grade in pair if grade for name in grade.measures):
            values = [_value(grade.measures.get(name)) if grade else "–" for grade in pair]
            lines.append(f"  {name:<32}{values[0]:>22}{values[1]:>22}")
    return "\n".join(lines)


def advice(told: Advice) -> str:
    """Each change in a sentence, and what it does to the score of each grade."""
    if not told.before.school.norms_broken and not told.changes:
        return "The plan keeps every norm; nothing need change."
    lines = [f"{_found(told)} (weights of changes: house rules in change_costs.toml):"]
    lines += [f"  {change_sentence(change, told)}" for change in told.changes]
    for number, grade in told.after.grades.items():
        lines.append(f"grade {number}: score {told.before.grades[number].score:.1f} → {grade.score:.1f}")
    for number, flag in told.remaining:
        still = "no listed change clears" if told.is_proven else "nothing found in time clears"
        lines.append(f"grade {number}: {still} {flag.measure}: {flag.value:.4g}, limit {flag.limit:.4g}")
    return "\n".join(lines)


def _found(told: Advice) -> str:
    if told.is_proven:
        return "The smallest change that clears the flags"
    if told.changes:
        return "A change that clears flags; whether there is a smaller one was not settled in the time there was"
    return "No change was found in the time there was"


def change_sentence(change: Change, told: Advice) -> str:
    """«grade 3, Chinese (live, 09:00): minutes 40 → 20»."""
    where = f"grade {change.grade}"
    if change.activity is not None:
        where += f", {lesson(original(told, change.activity))}"
    said = "; ".join(
        f"{name} {_shown(name, change.before[name])} → {_shown(name, change.after[name])}" for name in change.after
    )
    return f"{where}: {said}"


def original(told: Advice, index: int) -> Activity:
    """The activity as it was before the advice."""
    activity = told.plan.activities[index]
    changes = [change for change in told.changes if change.activity == index]
    fields = {name: value for change in changes for name, value in change.before.items()}
    return Activity(**{name: fields.get(name, getattr(activity, name)) for name in Activity.__dataclass_fields__})


def lesson(a: Activity) -> str:
    """An activity in a few words."""
    at = f", {clock(a.start_minute)}" if a.start_minute is not None else ""
    return f"{a.subject} ({a.kind}{at}, {' '.join(a.days)}, {a.minutes} min)"


def explanation(told: Explanation, unit: str) -> str:
    """A figure with everything it rests on."""
    lines = [f"grade {told.grade}, {told.measure}: {told.reading.value:.6g} {unit}", f"  how: {told.how}"]
    if told.reading.days:
        lines.append(f"  worst day: {' '.join(told.reading.days)}")
    lines += [f"  from: {lesson(a)}" for a in told.activities]
    lines += [f"  counts, but hits no family: {lesson(a)}" for a in told.borne]
    lines += [f"  figure: {f.name} = {f.value:g} {f.unit} · {document(f.source)}" for f in told.figures]
    lines += [f"  families: {name} · {document(source)}" for name, source in told.families.items()]
    applies = told.ruling.applies
    lines.append(f"  limit: {statement(applies) if applies else 'nobody limits it'}")
    lines += [f"  passed over ({why}): {statement(s)}" for s, why in told.ruling.passed_over if why != OTHER_GRADES]
    return "\n".join(lines)


def ruling(norms: Norms, measure: str, place: str, grade: int, day: date) -> str:
    """Which limit of a measure applies, and which were passed over, and why."""
    found = norms.ruling(measure, place, grade, day)
    applies = statement(found.applies) if found.applies else "nobody limits it"
    passed = [f"      passed over ({why}): {statement(s)}" for s, why in found.passed_over if why != OTHER_GRADES]
    return "\n".join([f"  {measure}: {applies}", *passed])


def statement(s: Statement) -> str:
    """A limit with who says so."""
    mark = HOUSE_RULE if s.house_rule else ""
    return f"{s.value:g} {s.unit} · {document(s.source)}{mark}"


def document(source: Source) -> str:
    """Issuer, title, date and how well it was read; a house rule says what it is."""
    if source.confidence == HOUSE:
        return source.title
    return f"{source.named('en')}, {source.date or f'undated, read {source.checked_on}'} ({source.confidence})"


def _value(measure: Measure | None) -> str:
    if measure is None:
        return "–"
    over = measure.dose is not None and burden.is_over(measure.dose)
    return f"{measure.value:.4g} {measure.unit}{' !' if over else ''}"


def _shown(name: str, value: Any) -> str:
    if name == START:
        return clock(value) or "any time"
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "usual" if value is None else str(value)
