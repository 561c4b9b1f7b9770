"""What a school has to lend or give, what is out, and moving pieces from one school to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from survey import db
from survey.assistance.sealing import seal, unseal
from survey.assistance.store import GIVEN, LOST, RETURNED, HelpRequest, Loan, Stock, today
from survey.help_words import STOCK_LABELS

FOR_GOOD = frozenset({"printed_pack"})  # kinds that are given, not lent
USUAL_DAYS_LENT = 30  # a house rule
MOST_PIECES = 10_000


class NoneFree(ValueError):
    """More pieces than lie there free."""


class WrongEnd(ValueError):
    """A loan that is over already."""


@dataclass(frozen=True, slots=True)
class StockLine:
    """One kind at one school."""

    kind: str
    pieces: int  # those that are lent out included
    out: int
    overdue: int  # of those that are out

    @property
    def free(self) -> int:
        """Pieces that can be lent now."""
        return self.pieces - self.out


@dataclass(frozen=True, slots=True)
class Lent:
    """One loan with its label opened."""

    loan: Loan
    label: str

    @property
    def is_overdue(self) -> bool:
        """Whether it should be back."""
        return self.loan.ended_on is None and self.loan.due_on is not None and self.loan.due_on < today()


def stock(door: str) -> tuple[StockLine, ...]:
    """Every kind at a school, in the order of their words; of a kind that it never had, none."""
    store = db.session("assistance")
    pieces = {row.kind: row.pieces for row in store.scalars(select(Stock).where(Stock.door == door))}
    out = list(store.scalars(select(Loan).where(Loan.door == door, Loan.ended_on.is_(None))))
    return tuple(_line(kind, pieces.get(kind, 0), [loan for loan in out if loan.kind == kind]) for kind in STOCK_LABELS)


def receive(door: str, kind: str, pieces: int) -> None:
    """Pieces come, or with a minus go for good. Commits. Raises NoneFree."""
    store = db.begin_writing("assistance")
    _change(door, kind, pieces)
    store.commit()


def transfer(kind: str, pieces: int, giver: str, taker: str) -> None:
    """Move free pieces from one school to another: both stocks change, or neither. Commits. Raises NoneFree."""
    store = db.begin_writing("assistance")
    # Where many write at once, two transfers the other way round would each wait for the other's row.
    for door, change in sorted(((giver, -pieces), (taker, pieces))):
        _change(door, kind, change)
    store.commit()


def lend(request: HelpRequest, kind: str, label: str, due_on: date | None) -> None:
    """Lend a piece to whoever made a request, or give it for good. Commits. Raises NoneFree."""
    store = db.begin_writing("assistance")
    if _locked(request.door, kind).pieces - _out(request.door, kind) < 1:
        store.rollback()
        raise NoneFree(kind)
    sealed = seal(request.id, "label", label)
    loan = Loan(request_id=request.id, door=request.door, kind=kind, label=sealed, lent_on=today(), due_on=due_on)
    if kind in FOR_GOOD:
        loan.due_on, loan.ended_on, loan.end = None, today(), GIVEN
        _change(request.door, kind, -1)
    store.add(loan)
    store.commit()


def end(loan_id: str, door: str, how: str) -> None:
    """A piece is back, or lost for good. Commits. Raises WrongEnd."""
    store = db.begin_writing("assistance")
    loan = store.scalar(select(Loan).where(Loan.id == loan_id, Loan.door == door, Loan.ended_on.is_(None)))
    if loan is None or how not in (RETURNED, LOST):
        store.rollback()
        raise WrongEnd(loan_id)
    loan.ended_on, loan.end = today(), how
    store.flush()
    if how == LOST:
        _change(door, loan.kind, -1)
    store.commit()


def of_request(request: HelpRequest) -> list[Lent]:
    """What was lent or given for a request."""
    chosen = select(Loan).where(Loan.request_id == request.id).order_by(Loan.lent_on, Loan.id)
    return [_opened(loan) for loan in db.session("assistance").scalars(chosen)]


def out_at(door: str) -> list[Lent]:
    """What is out at a school, what is due first first."""
    chosen = select(Loan).where(Loan.door == door, Loan.ended_on.is_(None)).order_by(Loan.due_on, Loan.id)
    return [
        Lent(loan, unseal(loan.request_id, "label", loan.label)) for loan in db.session("assistance").scalars(chosen)
    ]


def is_out(request: HelpRequest) -> bool:
    """Whether something lent for a request is not back yet."""
    chosen = select(Loan.id).where(Loan.request_id == request.id, Loan.ended_on.is_(None))
    return db.session("assistance").scalar(chosen) is not None


def _opened(loan: Loan) -> Lent:
    return Lent(loan, unseal(loan.request_id, "label", loan.label))


def _line(kind: str, pieces: int, out: Sequence[Loan]) -> StockLine:
    overdue = sum(loan.due_on is not None and loan.due_on < today() for loan in out)
    return StockLine(kind, pieces, len(out), overdue)


def _change(door: str, kind: str, by: int) -> None:
    row = _locked(door, kind)
    if not _out(door, kind) <= row.pieces + by <= MOST_PIECES:
        db.session("assistance").rollback()
        raise NoneFree(kind)
    row.pieces += by


def _locked(door: str, kind: str) -> Stock:
    """The stock's row, which nobody else changes until this transaction ends."""
    store = db.session("assistance")
    row = store.scalar(select(Stock).where(Stock.door == door, Stock.kind == kind).with_for_update())
    if row is None:
        row = Stock(door=door, kind=kind, pieces=0)
        store.add(row)
    return row


def _out(door: str, kind: str) -> int:
    chosen = select(Loan.id).where(Loan.door == door, Loan.kind == kind, Loan.ended_on.is_(None))
    return len(db.session("assistance").scalars(chosen).all())
