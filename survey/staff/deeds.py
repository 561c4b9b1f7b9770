"""What staff can be said to have done: each deed's name with its sentence, in one table.

A deed that stands in the store keeps its name for good; what its sentence leaves open is stored beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from survey.staff.store import Deed
from survey.words import help_words, wording

DEEDS: Mapping[str, str] = {
    "logged_in": _l("Logged in."),
    "failed_to_log_in": _l("A wrong password was typed for this account; in a row: %(number)s."),
    "changed_password": _l("Changed the own password."),
    "turned_second_step_on": _l("Turned the second step of the log-in on."),
    "turned_second_step_off": _l("Turned the second step of the log-in off."),
    "reset_second_step": _l("The second step of %(account)s was taken off on the server."),
    "reset_password": _l("The password of %(account)s was changed on the server."),
    "added_bureau": _l("The bureau %(bureau)s was made on the server."),
    "added_account": _l("The account %(account)s was made on the server."),
    "closed_account": _l("Closed the account %(account)s."),
    "invited_principal": _l("Invited the principal of %(school)s."),
    "invited_principal_anew": _l("Invited the principal of %(school)s anew; the link before ended."),
    "accepted_invitation": _l("Made this account by a link of invitation."),
    "imported_roster": _l("Imported a roster. Schools added: %(added)s; renewed: %(renewed)s."),
    "closed_school": _l("Closed the school %(school)s, as of %(day)s."),
    "merged_school": _l("Noted that the school %(school)s became part of %(into)s, as of %(day)s."),
    "reopened_school": _l("Took back that the school %(school)s was closed."),
    "created_round": _l("Made a draft of the round «%(round)s»."),
    "changed_draft": _l("Changed the draft of the round «%(round)s»."),
    "threw_draft_away": _l("Threw the draft of the round «%(round)s» away."),
    "moved_last_day": _l("Moved the last day of the round «%(round)s» from %(before)s to %(day)s."),
    "opened_round": _l("Opened the round «%(round)s»."),
    "closed_round": _l("Closed the round «%(round)s»."),
    "published_round": _l("Published the results of the round «%(round)s»."),
    "made_school_sheets": _l("Had the sheets of the schools made: release %(number)s of «%(round)s»."),
    "reopened_round": _l("Opened the round «%(round)s» for late answers."),
    "left_round": _l("Left the round «%(round)s» at its last release."),
    "printed_slips": _l("Printed slips: %(school)s, %(questionnaire)s."),
    "printed_slips_of_grade": _l("Printed slips: %(school)s, %(questionnaire)s, %(grade)s."),
    "reminded": _l("Handed out a reminder to the whole group: %(school)s, %(questionnaire)s."),
    "reminded_grade": _l("Handed out a reminder to the whole group: %(school)s, %(questionnaire)s, %(grade)s."),
    "saved_plan": _l("Saved version %(number)s of the plan."),
    "added_norm": _l("Put a norm in force: %(measure)s, grades %(grades)s, at most %(limit)s %(unit)s (%(issuer)s)."),
    "took_norm_back": _l("Took a norm back: %(measure)s, grades %(grades)s, at most %(limit)s %(unit)s (%(issuer)s)."),
    "chose_families": _l("Chose the families that plans are weighed with: %(way)s."),
    "chose_own_families": _l(
        "Chose the families that plans are weighed with: the bureau's own file for schools in the %(settings)s."
    ),
    "replied": _l("Replied to release %(number)s of «%(round)s»."),
    "looked_at_request": _l("Looked at the request %(request)s."),
    "printed_requests": _l("Printed the list of open requests: %(number)s."),
    "exported_request": _l("Took out all that is stored about the request %(request)s."),
    "kept_notes": _l("Wrote about the request %(request)s."),
    "promised_help": _l("Promised help for the request %(request)s."),
    "finished_request": _l("Closed the request %(request)s."),
    "reopened_request": _l("Opened the request %(request)s again."),
    "erased_request": _l("Erased the request %(request)s."),
    "erased_requests": _l("Erased requests: %(number)s (%(requests)s)."),
    "withdrew_request": _l("Erased the request %(request)s but for who has what is lent."),
    "written_off": _l("Pieces of %(school)s written off, not brought back long after they were due: %(number)s."),
    "erased_in_time": _l("Requests of %(school)s erased when their time was over: %(number)s."),
    "lent": _l("Lent or gave for the request %(request)s: %(item)s."),
    "took_back": _l("Took back what was lent for the request %(request)s: %(item)s."),
    "noted_lost": _l("Noted as lost what was lent for the request %(request)s: %(item)s."),
    "changed_stock": _l("Changed the stock by %(number)s: %(item)s."),
    "moved_stock": _l("Moved %(number)s from %(giver)s to %(taker)s: %(item)s."),
    "named_helper": _l("Named %(account)s for assistance."),
    "took_helper_back": _l("%(account)s is no longer named for assistance."),
    "closed_door": _l("%(school)s takes no new requests for help."),
    "opened_door": _l("%(school)s takes requests for help again."),
    "refused": _l("Was refused: %(thing)s «%(asked)s»."),
    "refused_link": _l("A link of invitation was refused: %(why)s."),
    "refused_more": _l("Was refused more often than is written down one by one: 100 times an hour, a house rule."),
}

NAMELESS = _l("Was refused: %(thing)s.")  # a refusal of something that had no name

# Fields that hold a name, and the words for it.
WORDS: Mapping[str, Mapping[str, str]] = {
    "questionnaire": wording.QUESTIONNAIRE_LABELS,
    "grade": {str(grade): label for grade, label in wording.GRADE_LABELS.items()},
    "measure": wording.MEASURE_LABELS,
    "unit": {
        **wording.UNIT_LABELS,
        "share of teachers": wording.SHARE_UNITS["teachers_on_camera"],
        "money": _l("in money a month"),
    },
    "way": wording.FAMILIES_WAYS,
    "settings": {**wording.SETTING_LABELS, "urban rural": _l("town and the countryside")},
    "item": help_words.STOCK_LABELS,
    "thing": {
        "school": _l("school"),
        "campaign": _l("round"),
        "account": _l("account"),
        "release": _l("release"),  # as it was written down once
        "group": _l("group"),
        "version": _l("version of the plan"),
        "page": _l("page"),
        "own_norm": _l("norm"),
        "request": _l("request"),
        "loan": _l("loan"),
    },
    "why": {
        "used": _l("it had been used"),
        "replaced": _l("there was a newer one"),
        "over": _l("its last day was over"),
        "school_closed": _l("the school was closed"),
        "unknown": _l("there is no such link"),
    },
}


def told(deed: Deed) -> str:
    """A deed in the words of the page's language."""
    fields = {name: str(WORDS[name][str(value)]) if name in WORDS else value for name, value in deed.fields.items()}
    sentence = NAMELESS if fields.get("asked") == "" else DEEDS[deed.deed]
    return str(sentence) % fields
