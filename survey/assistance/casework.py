"""The school's side: which requests wait, what one of them says, and what is planned, promised and given."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from survey import db
from survey.assistance import receipts
from survey.assistance.asking import Asked
from survey.assistance.sealing import seal, unseal
from survey.assistance.store import DONE, NEW, PROMISED, HelpRequest, today

LATE_DAYS = 3  # a request that is older stands out to the school: a house rule
VERY_LATE_DAYS = 7  # and to the bureau


class NothingSaid(ValueError):
    """A promise without what is promised, or an end without what was given; names the empty field."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What the school writes about a request."""

    obstacle: str = ""  # what stands in the way
    measures: str = ""  # what we do
    promised: str = ""  # what is offered; the family reads it
    given: str = ""  # what was given


@dataclass(frozen=True, slots=True)
class Line:
    """A request as a list shows it: nothing of who it is."""

    request: HelpRequest
    reference: str
    grade: int
    needs: tuple[str, ...]
    days: int  # since it was made; of one that is done, until then

    @property
    def is_late(self) -> bool:
        """Whether it has waited so long without a promise that it stands out."""
        return self.request.state == NEW and self.days > LATE_DAYS


def lines(door: str) -> list[Line]:
    """A school's requests, the longest waiting first."""
    chosen = select(HelpRequest).where(HelpRequest.door == door).order_by(HelpRequest.asked_on, HelpRequest.id)
    return [line(request) for request in db.session("assistance").scalars(chosen)]


def line(request: HelpRequest) -> Line:
    """A request without its person."""
    facts = unseal(request.id, "facts", request.facts)
    days = ((request.done_on or today()) - request.asked_on).days
    return Line(request, receipts.reference(request.id), facts["grade"], tuple(facts["needs"]), days)


def one(door: str, request_id: str) -> HelpRequest | None:
    """A request at this door."""
    found = db.session("assistance").get(HelpRequest, request_id)
    return found if found and found.door == door else None


def asked(request: HelpRequest) -> Asked:
    """Everything the family wrote. Whoever calls this for staff records that they looked."""
    facts = unseal(request.id, "facts", request.facts)
    return Asked(grade=facts["grade"], needs=tuple(facts["needs"]), **unseal(request.id, "person", request.person))


def notes(request: HelpRequest) -> Notes:
    """What the school has written about it."""
    return Notes(**unseal(request.id, "notes", request.notes)) if request.notes else Notes()


def keep(request: HelpRequest, written: Notes) -> None:
    """Keep what the school writes; the caller commits."""
    request.notes = seal(request.id, "notes", asdict(written))


def promise(request: HelpRequest, written: Notes) -> None:
    """Help is promised; the caller commits. Raises NothingSaid."""
    _said(written, "promised")
    keep(request, written)
    request.state, request.promised_on, request.done_on = PROMISED, request.promised_on or today(), None


def finish(request: HelpRequest, written: Notes) -> None:
    """The request is closed: help was given, or is not needed any more; the caller commits. Raises NothingSaid."""
    _said(written, "given")
    keep(request, written)
    request.state, request.done_on = DONE, today()


def reopen(request: HelpRequest) -> None:
    """A request that was closed too early waits again; the caller commits."""
    request.state, request.done_on = PROMISED if request.promised_on else NEW, None


def _said(written: Notes, field: str) -> None:
    if not getattr(written, field):
        raise NothingSaid(field)
