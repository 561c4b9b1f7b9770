"""What each role answered in the whole district: question, choice, count, share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

from survey.release.findings import SLIPS, Placed, Range, Share, placed
from survey.release.published import QuestionTable, Release
from survey.release.suppression import SMALLEST_GROUP
from survey.words import amount_words, wording
from survey.workbook.page import SHARE, WHOLE, Column, Page, Value
from survey.workbook.summary import Summary

NOTHING_TOLD = ("–",) * 5  # where no share is taken


def page(summary: Summary, language: str) -> Page:
    """One row a choice; a hidden question is one row that says why."""
    tables, audiences = summary.release.of_district(), audience_words(summary.release, language)
    return Page(
        name=_("Answers"),
        title=_("What parents, pupils and teachers answered: whole district"),
        lead=(
            *entry_words(summary.release),
            _("Counted over all schools, from release %(number)s.", number=summary.release.number),
            _("School by school and grade by grade they stand in the file «Every answer»."),
        ),
        columns=(Column(_("Who answered"), 22), *answer_columns()),
        rows=tuple(
            (audiences[table.audience.questionnaire], *cells)
            for table in tables
            for cells in answer_rows(table, summary.release, language)
        ),
        notes=answer_notes(),
    )


def answer_columns() -> tuple[Column, ...]:
    """Question, choice, count, share, how many answered of those invited, and what that leaves open."""
    return (
        Column(_("Question"), 46),
        Column(_("Answer"), 30),
        Column(_("Count (people)"), 14, WHOLE),
        Column(_("Share"), 10, SHARE),
        Column(_("n (people)"), 9, WHOLE),
        Column(_("Invited (people)"), 10, WHOLE),
        Column(_("Range by chance"), 11),
        Column(_("Range with the silent"), 11),
    )


def entry_words(release: Release) -> tuple[str, ...]:
    """What must be said wherever answers stand that came in through an open link."""
    return (_("open link: repeat answers possible"),) if release.entry != SLIPS else ()


def audience_words(release: Release, language: str) -> Mapping[str, str]:
    """Questionnaire → who answers it."""
    labels = wording.QUESTIONNAIRE_LABELS
    return {name: str(labels.get(name) or title[language]) for name, title in release.questionnaires.items()}


def answer_rows(table: QuestionTable, release: Release, language: str) -> list[tuple[Value, ...]]:
    """A table's rows. Hidden figures are words, so that there is nothing to un-hide."""
    return [cells for cells, _share in rows_with_shares(table, release, language)]


def rows_with_shares(
    table: QuestionTable, release: Release, language: str
) -> Iterator[tuple[tuple[Value, ...], Placed | None]]:
    """The same rows, each with its share; None where no share is taken."""
    question = table.label[language]
    if table.answered is None:
        yield (question, _("all answers"), amount_words.hidden_words(release.smallest_group), *NOTHING_TOLD), None
        return
    found = iter(placed(table, release))
    for choice in table.counts:
        # «Not sure» is counted, but no share of it is taken.
        if choice.no_answer:
            least, most = choice.band or (0, 0)
            counted = Share(choice.choice, choice.label, least, most, table.answered)
            yield (question, choice.label[language], count_value(counted), *NOTHING_TOLD), None
        else:
            one = next(found)
            told = count_value(one.share), share_value(one.share), number_value(one.share.of_least, one.share.of)
            yield (question, choice.label[language], *told, *_trust_values(one)), one


def count_value(share: Share) -> Value:
    """A number where it is told exactly; else its bounds, as words."""
    exact = share.least == share.most
    return share.least if exact else amount_words.count_words(share.least, share.most, share.of)


def number_value(least: int, most: int) -> Value:
    """How many people: a number where it is told exactly; else its bounds, as words."""
    return most if least == most else amount_words.number_words(least, most)


def share_value(share: Share) -> Value:
    """The same of a share."""
    return share.share if share.is_exact and share.of else amount_words.share_words(share.low, share.high)


def _trust_values(one: Placed) -> tuple[Value, Value, Value]:
    invited = "–" if one.invited is None else one.invited
    return invited, _range_value(one.by_chance), _range_value(one.by_silence)


def _range_value(told: Range | None) -> Value:
    return amount_words.range_words(*told) if told else "–"


def answer_notes() -> tuple[str, ...]:
    """How the columns are to be read."""
    return (
        _("n: people who gave an answer to the question. Share: count ÷ n."),
        _(
            "Other grades, other schools: those of which fewer than %(smallest)s answered, counted together. Which grade "
            "or school each came from was not kept.",
            smallest=SMALLEST_GROUP,
        ),
        _(
            "≤ and ≥: nearly everybody, or nearly nobody, gave this answer; told as a bound, so that nobody's own is "
            "given away. Steps such as 10–14 keep such a bound elsewhere from being worked out. Where fewer than 20 "
            "answered, neighbouring answers are told together. So are those of a larger neighbour, where subtracting it "
            "would part them again."
        ),
        _(
            "Range by chance: 95 % (Wilson, finite population), if the silent are like those who answered. Range with "
            "the silent: if none, and if all, of them would have said the same. With an open link there is no range, "
            "since somebody may answer twice."
        ),
        _(
            "«Not sure» and «rather not say» are counted, but are no part of n. Where several answers may be chosen, the shares add up to more than 100%."
        ),
    )
