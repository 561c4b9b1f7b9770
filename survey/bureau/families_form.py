"""The form that chooses families: a way, and the bureau's own files for town and countryside, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, FileField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from estimator import families, families_workbook
from estimator.families import OTHER_PLACE, FamiliesProblems
from estimator.plan import N_, Problem
from survey.day import today
from survey.planning.families_chosen import OWN, REPORTED, SETTINGS, WAYS, FamiliesChosen, FamiliesFile
from survey.school.definitions import FAMILY_LABELS
from survey.staff.forms import SafeForm
from survey.words import wording

KEY = re.compile(r"\[(\w+)\]")  # of a figure
LONGEST_NAME = 60  # characters of a file's name that problems tell


class FamiliesForm(SafeForm):
    """A way; files that were just uploaded, or the text of those that were shown before."""

    way = RadioField(
        _l("Plans are weighed with"),
        choices=[SelectChoice(way, wording.alone(wording.FAMILIES_WAYS[way])) for way in WAYS],
        validate_choice=False,
        validators=[AnyOf(WAYS, message=_l("Choose one."))],
    )
    urban = FileField(_l("File for schools in the town (.xlsx or .toml)"))
    rural = FileField(_l("File for schools in the countryside (.xlsx or .toml)"))
    urban_text = TextAreaField()
    rural_text = TextAreaField()
    no_urban = BooleanField(_l("No file for the town any more"))
    no_rural = BooleanField(_l("No file for the countryside any more"))

    def is_of_one_mind(self, files: Mapping[str, FileStorage], before: FamiliesChosen) -> bool:
        """Whether the files that were sent go with the rest; where one does not, its field says so."""
        way = way_of(self, files, before)
        for setting in filter(files.get, SETTINGS):
            if self[f"no_{setting}"].data:
                said = _("You chose a file, and that there is to be none any more. Choose one of the two.")
            elif way != OWN:
                said = _("You chose a file, but not the bureau's own file above. Choose that too, or no file.")
            else:
                continue
            self[setting].errors = [said]
        return not self.errors


@dataclass(frozen=True, slots=True)
class Sent:
    """The choice that was sent, or what is wrong with its files."""

    choice: FamiliesChosen | None
    problems: tuple[Problem, ...] = ()
    names: tuple[str, ...] = field(default=())  # of the files in which they are


def way_of(form: FamiliesForm, files: Mapping[str, FileStorage], before: FamiliesChosen) -> str:
    """The way that was sent. Who has no file yet, sends one and leaves the way at what parents report wants the file:
    where there is none, a bureau's own way is what parents report.
    """
    is_first = form.way.data == before.way == REPORTED and any(files.get(setting) for setting in SETTINGS)
    return OWN if is_first else str(form.way.data)


def sent(form: FamiliesForm, files: MultiDict[str, FileStorage], before: FamiliesChosen) -> Sent:
    """Read what was sent by a sound form; a file in force stays where none takes its place."""
    way = way_of(form, files, before)
    if way != OWN:
        return Sent(FamiliesChosen(way))
    read, problems, names = [], list[Problem](), list[str]()
    for setting, name, content in _contents(form, files, before):
        try:
            text = _text_of(setting, content, name)
        except FamiliesProblems as found:
            problems.extend(map(_with_words, found.problems))
            names.append(name)
        else:
            read.append(FamiliesFile(setting, text))
    if not problems and not read:
        problems.append(
            Problem("–", "", N_("There is no file."), N_("Choose a file for the town, the countryside, or both."))
        )
    return Sent(None, tuple(problems), tuple(names)) if problems else Sent(FamiliesChosen(OWN, tuple(read)))


def _text_of(setting: str, content: bytes, name: str) -> str:
    """The file as TOML. Raises FamiliesProblems, also where it says that it is for the other kind of place."""
    if not name.lower().endswith(".toml"):
        content = _from_workbook(content, name, setting).encode("utf-8")
    said = families.read(content, name, today()).name
    if said in SETTINGS and said != setting:
        remedy = N_('Choose it in the other field; or write name = "%(setting)s" if its figures are meant for here.')
        raise FamiliesProblems((Problem(f"{name}: name", said, OTHER_PLACE, remedy, {"setting": setting}),))
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _from_workbook(content: bytes, name: str, setting: str) -> str:
    """The file as TOML. Raises FamiliesProblems, each with the file's name before the cell: there may be two files."""
    try:
        return families_workbook.read(content, name, setting, today())
    except FamiliesProblems as found:
        raise FamiliesProblems(tuple(_in_file(name, problem) for problem in found.problems)) from None


def _in_file(name: str, problem: Problem) -> Problem:
    where = problem.where if problem.where == name else _("%(name)s: %(words)s", name=name, words=problem.where)
    return replace(problem, where=where)


def _with_words(problem: Problem) -> Problem:
    """The problem with what its key means beside the key."""
    key = KEY.search(problem.where)
    if key is None or key[1] not in FAMILY_LABELS:
        return problem
    return replace(problem, where=_("%(key)s (%(words)s)", key=problem.where, words=FAMILY_LABELS[key[1]]))


def _contents(
    form: FamiliesForm, files: Mapping[str, FileStorage], before: FamiliesChosen
) -> Iterator[tuple[str, str, bytes]]:
    """Setting, name and content of each file: uploaded, shown before, or in force."""
    for setting in SETTINGS:
        uploaded, typed, kept = files.get(setting), form[f"{setting}_text"].data, before.file(setting)
        if uploaded and uploaded.filename:
            name = "".join(c for c in uploaded.filename if c.isprintable())[:LONGEST_NAME]
            content = uploaded.read()
            uploaded.close()
            yield setting, name, content
        elif form[f"no_{setting}"].data:
            continue
        elif typed:
            yield setting, f"{setting}.toml", typed.encode("utf-8", "replace")
        elif kept:
            yield setting, f"{setting}.toml", kept.text.encode("utf-8")
