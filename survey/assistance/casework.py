"""The school's side: which requests wait, what one of them says, and what is planned, promised and given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass

from nacl.exceptions import CryptoError
from sqlalchemy import select

from survey import db
from survey.assistance import receipts
from survey.assistance.asking import Asked
from survey.assistance.limits import LIMITS
from survey.assistance.sealing import fingerprint, seal, unseal
from survey.assistance.store import DONE, NEW, OPEN, PROMISED, HelpRequest
from survey.day import today

VERSION_LENGTH = 16  # characters


class NothingSaid(ValueError):
    """A promise without what is promised, or an end without what was given; names the empty field."""


class ChangedMeanwhile(ValueError):
    """Somebody else has written since the page was shown."""


class NotNow(ValueError):
    """A step that a request in this state cannot take."""


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
    grade: int | None  # None where it cannot be opened, or is erased already
    needs: tuple[str, ...]
    days: int  # since it was made; of one that is closed or withdrawn, until then
    opens: bool  # whether it can be opened; where not, its key or its row is damaged

    @property
    def is_open(self) -> bool:
        """Whether the family still waits for something."""
        return self.request.state in OPEN

    @property
    def is_late(self) -> bool:
        """Whether it has waited too long for a promise."""
        return is_late(self.request.state, self.days)

    @property
    def is_very_late(self) -> bool:
        """Whether it has been open for too long, promised or not."""
        return is_very_late(self.request.state, self.days)


def is_late(state: str, days: int) -> bool:
    """Whether a request of this state and age has waited too long for a promise."""
    return state == NEW and days > LIMITS.late


def is_very_late(state: str, days: int) -> bool:
    """Whether it has been open for too long, promised or not."""
    return state in OPEN and days > LIMITS.very_late


def lines(door: str) -> list[Line]:
    """A school's requests, the longest waiting first."""
    return lines_at([door])


def lines_at(doors: Collection[str]) -> list[Line]:
    """The same of some schools together."""
    chosen = select(HelpRequest).where(HelpRequest.door.in_(doors)).order_by(HelpRequest.asked_on, HelpRequest.id)
    return [line(request) for request in db.session("assistance").scalars(chosen)]


def line(request: HelpRequest) -> Line:
    """A request without its person. One that cannot be opened is a line all the same, so that no list breaks on it."""
    days = ((request.done_on or today()) - request.asked_on).days
    try:
        facts, opens = unseal(request.id, "facts", request.facts), True
    except CryptoError:
        facts, opens = {"grade": None, "needs": ()}, False
    return Line(request, receipts.reference(request.id), facts["grade"], tuple(facts["needs"]), days, opens)


def one(door: str, request_id: str, *, to_change: bool = False) -> HelpRequest | None:
    """A request at this door; one that is to be changed nobody else changes until this transaction ends."""
    return db.session("assistance").get(HelpRequest, (request_id, door), with_for_update=to_change)


def version(request: HelpRequest) -> str:
    """What tells whether somebody has written since: another after each change of state or notes."""
    written = (request.notes or b"").hex()
    return fingerprint("version", request.id, request.state, written).hex()[:VERSION_LENGTH]


def asked(request: HelpRequest) -> Asked:
    """Everything the family wrote. Whoever calls this for staff records that they looked."""
    facts = unseal(request.id, "facts", request.facts)
    return Asked(grade=facts["grade"], needs=tuple(facts["needs"]), **unseal(request.id, "person", request.person))


def notes(request: HelpRequest) -> Notes:
    """What the school has written about it."""
    return Notes(**unseal(request.id, "notes", request.notes)) if request.notes else Notes()


def keep(request: HelpRequest, written: Notes) -> None:
    """Keep what the school writes; the caller commits. Raises NothingSaid where a promise would be taken away."""
    if request.promised_on:
        _said(written, "promised")
    request.notes = seal(request.id, "notes", asdict(written))


def promise(request: HelpRequest, written: Notes) -> None:
    """Help is promised; the caller commits. Raises NothingSaid."""
    _said(written, "promised")
    keep(request, written)
    request.state, request.promised_on = PROMISED, today()


def finish(request: HelpRequest, written: Notes) -> None:
    """The request is closed: help was given, or is not needed any more; the caller commits. Raises NothingSaid."""
    _said(written, "given")
    keep(request, written)
    request.state, request.done_on = DONE, today()


def reopen(request: HelpRequest, written: Notes) -> None:
    """A request that was closed too early waits again; the caller commits. Raises NothingSaid."""
    keep(request, written)
    request.state, request.done_on = PROMISED if request.promised_on else NEW, None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the school does to a request: in which states, and the deed that it is."""

    take: Callable[[HelpRequest, Notes], None]
    states: tuple[str, ...]
    deed: str


STEPS: Mapping[str, Step] = {
    "keep": Step(keep, OPEN, "kept_notes"),
    "promise": Step(promise, (NEW,), "promised_help"),
    "done": Step(finish, OPEN, "finished_request"),
    "reopen": Step(reopen, (DONE,), "reopened_request"),
}


def take_step(request: HelpRequest, step: Step, written: Notes, seen: str) -> None:
    """Take a step with what is written, from the version that was seen; the caller commits.

    Raises ChangedMeanwhile, NotNow, NothingSaid.
    """
    if seen != version(request):
        raise ChangedMeanwhile(request.id)
    if request.state not in step.states:
        raise NotNow(request.state)
    step.take(request, written)


def _said(written: Notes, field: str) -> None:
    if not getattr(written, field):
        raise NothingSaid(field)
