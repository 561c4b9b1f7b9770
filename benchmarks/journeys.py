"""How a respondent walks through the parents' questionnaire: what each page sends, and the next one's state in it."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from survey.ballot.groups import open_groups
from survey.ballot.store import Group
from survey.questionnaire import built_in
from survey.questionnaire.model import Question

ENROLLED = 100_000
PARENT = built_in()["parent"]
PAGES = len(PARENT.pages) + 1  # with the one before the first, where somebody begins


class Answering(Protocol):
    """A server, or the application itself."""

    def post(
        self, path: str, sent: Mapping[str, str], connection: http.client.HTTPConnection | None = None, /
    ) -> tuple[int, str]:
        """Status, and page."""


def open_link() -> str:
    """A group of parents who come by an open link: its id."""
    group = Group(
        campaign_id="bench",
        campaign_title="Bench",
        bureau_name="Bureau",
        school_id="s",
        school_name="School",
        questionnaire=PARENT.name,
        grade=3,
        entry="open_link",
        enrolled=ENROLLED,
        closes_on=date.max,
    )
    open_groups([group])
    return group.id


def first_page(server: Answering, link: str) -> dict[str, str]:
    """What the first page sends, answered."""
    return answered(server.post(f"/open/{link}", {})[1], 0)


def last_page(server: Answering, link: str) -> dict[str, str]:
    """What the last page sends, after all others."""
    sent = first_page(server, link)
    for number in range(1, len(PARENT.pages)):
        sent = answered(server.post("/answer", sent)[1], number)
    return sent


def journey(server: Answering, link: str, connection: http.client.HTTPConnection | None = None) -> Iterator[float]:
    """All pages of one respondent, one after the other: seconds that each took."""
    path, sent = f"/open/{link}", dict[str, str]()
    for number in range(PAGES):
        begun = time.perf_counter()
        status, page = server.post(path, sent, connection)
        yield time.perf_counter() - begun
        if number < len(PARENT.pages):
            path, sent = "/answer", answered(page, number)
    assert status == 303


def answered(html: str, number: int) -> dict[str, str]:
    """What the page sends once its first choices are taken."""
    found = re.search(r'name="state" value="([^"]+)"', html)
    assert found, html[:200]
    return {"state": found[1], "do": "next"} | first_choices(PARENT.pages[number].questions)


def first_choices(questions: Iterable[Question]) -> dict[str, str]:
    """What a form sends where the first choice of each question is taken."""
    return {question.name: question.choices[0].name for question in questions if question.choices}
