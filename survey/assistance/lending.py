"""What a school has to lend or give, what is out, and moving pieces from one school to another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nacl.exceptions import CryptoError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey import db
from survey.assistance import once, sealing
from survey.assistance.limits import LIMITS
from survey.assistance.sealing import seal, unseal
from survey.assistance.store import GIVEN, LOST, OPEN, RETURNED, HelpRequest, Loan, Stock
from survey.day import today
from survey.words.help_words import STOCK_LABELS

FOR_GOOD = frozenset({"printed_pack"})  # kinds that are given, not lent


class NoneFree(ValueError):
    """More pieces than lie there free."""


class TooMany(ValueError):
    """More pieces of a kind than a school's stock holds."""


class LabelOut(ValueError):
    """A piece with this label is out already."""


class NotOpen(ValueError):
    """A request for which nothing is lent any more."""


class WrongEnd(ValueError):
    """A loan that has ended already, or has not ended so."""


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
    label: str | None  # None where it cannot be opened

    @property
    def is_overdue(self) -> bool:
        """Whether it should be back."""
        return self.loan.ended_on is None and self.loan.due_on is not None and self.loan.due_on < today()


def stock(door: str) -> tuple[StockLine, ...]:
    """Every kind at a school, in the order of their words; of a kind that it never had, none."""
    return stock_at([door])[door]


def stock_at(doors: Collection[str]) -> Mapping[str, tuple[StockLine, ...]]:
    """Door → the same, of some schools."""
    store = db.session("assistance")
    stored = store.scalars(select(Stock).where(Stock.door.in_(doors)))
    pieces = {(row.door, row.kind): row.pieces for row in stored}
    out: dict[tuple[str, str], list[Loan]] = {}
    for loan in store.scalars(select(Loan).where(Loan.door.in_(doors), Loan.ended_on.is_(None))):
        out.setdefault((loan.door, loan.kind), []).append(loan)
    return {
        door: tuple(_line(kind, pieces.get((door, kind), 0), out.get((door, kind), ())) for kind in STOCK_LABELS)
        for door in doors
    }


def lost_at(doors: Collection[str]) -> Mapping[str, int]:
    """Door → how many pieces were lost, of requests that are still there; of those with any."""
    lost = (
        select(Loan.door, func.count().label("pieces"))
        .where(Loan.door.in_(doors), Loan.end == LOST)
        .group_by(Loan.door)
    )
    return {row.door: row.pieces for row in db.session("assistance").execute(lost)}


def receive(door: str, kind: str, pieces: int, form: str) -> bool:
    """Pieces come, or with a minus go for good; whether that was new: a form counts once. Commits.

    Raises NoneFree, TooMany.
    """
    return _once(form, lambda: _change(door, kind, pieces))


def transfer(kind: str, pieces: int, giver: str, taker: str, form: str) -> bool:
    """Move free pieces from one school to another: both stocks change, or neither; whether that was new. Commits.

    Raises NoneFree, TooMany.
    """

    def move() -> None:
        # Where many write at once, two transfers the other way round would each wait for the other's row.
        for door, change in sorted(((giver, -pieces), (taker, pieces))):
            _change(door, kind, change)

    return _once(form, move)


def lend(request: HelpRequest, kind: str, label: str, due_on: date | None, form: str) -> bool:
    """Lend a piece to whoever made a request, or give it for good; whether that was new: a form counts once. Commits.

    Raises NotOpen, NoneFree, LabelOut.
    """
    return _once(form, lambda: _lend(request, kind, label, due_on))


def _lend(request: HelpRequest, kind: str, label: str, due_on: date | None) -> None:
    if request.state not in OPEN:
        raise NotOpen(request.state)
    if _locked(request.door, kind).pieces - _out(request.door, kind) < 1:
        raise NoneFree(kind)
    if label and label.casefold() in [(each.label or "").casefold() for each in out_at(request.door, kind)]:
        raise LabelOut(label)
    sealed = seal(request.id, "label", label)
    loan = Loan(request_id=request.id, door=request.door, kind=kind, label=sealed, lent_on=today(), due_on=due_on)
    if kind in FOR_GOOD:
        loan.due_on, loan.ended_on, loan.end = None, today(), GIVEN
        _change(request.door, kind, -1)
    db.session("assistance").add(loan)


def end(loan_id: str, door: str, how: str) -> None:
    """A piece is back, or lost, or was lost and is found. Commits. Raises WrongEnd."""
    store = db.begin_writing("assistance")
    loan = store.scalar(select(Loan).where(Loan.id == loan_id, Loan.door == door).with_for_update())
    is_found = loan is not None and (loan.end, how) == (LOST, RETURNED)
    if loan is None or how not in (RETURNED, LOST) or (loan.end and not is_found):
        raise WrongEnd(loan_id)
    loan.ended_on, loan.end = today(), how
    store.flush()
    if how == LOST or is_found:
        _change(door, loan.kind, 1 if is_found else -1)
    store.commit()


def write_off(loan: Loan) -> None:
    """What did not come back is lost; the caller commits."""
    loan.ended_on, loan.end = today(), LOST
    db.session("assistance").flush()
    _change(loan.door, loan.kind, -1)


def of_request(request: HelpRequest) -> list[Lent]:
    """What was lent or given for a request."""
    chosen = select(Loan).where(Loan.request_id == request.id).order_by(Loan.lent_on, Loan.id)
    return [_opened(loan) for loan in db.session("assistance").scalars(chosen)]


def out_at(door: str, kind: str | None = None) -> list[Lent]:
    """What is out at a school, of one kind or of all; what is due first first."""
    chosen = select(Loan).where(Loan.door == door, Loan.ended_on.is_(None)).order_by(Loan.due_on, Loan.id)
    return [_opened(loan) for loan in db.session("assistance").scalars(chosen) if kind in (None, loan.kind)]


def ended_at(door: str) -> list[Lent]:
    """What was lent and is back, or lost, and whose request is still there; the latest first."""
    chosen = select(Loan).where(Loan.door == door, Loan.end.in_((RETURNED, LOST)))
    return [_opened(loan) for loan in db.session("assistance").scalars(chosen.order_by(Loan.ended_on.desc(), Loan.id))]


def is_out(request: HelpRequest) -> bool:
    """Whether something lent for a request is not back yet."""
    chosen = select(Loan.id).where(Loan.request_id == request.id, Loan.ended_on.is_(None))
    return db.session("assistance").scalar(chosen) is not None


def _opened(loan: Loan) -> Lent:
    try:
        return Lent(loan, unseal(loan.request_id, "label", loan.label))
    except CryptoError:
        return Lent(loan, None)


def _once(form: str, do: Callable[[], None]) -> bool:
    """Do something wholly or not at all, unless this form has counted already; whether it was done. Commits."""
    sealing.mark()
    store = db.begin_writing("assistance")
    try:
        if once.is_spent("form", form):
            store.rollback()
            return False
        once.spend("form", form)
        do()
        store.commit()
    except IntegrityError:  # the same form at the same moment, where many write at once
        store.rollback()
        return False
    except ValueError:
        store.rollback()
        raise
    return True


def _line(kind: str, pieces: int, out: Sequence[Loan]) -> StockLine:
    overdue = sum(loan.due_on is not None and loan.due_on < today() for loan in out)
    return StockLine(kind, pieces, len(out), overdue)


def _change(door: str, kind: str, by: int) -> None:
    row = _locked(door, kind)
    if row.pieces + by < _out(door, kind):
        raise NoneFree(kind)
    if row.pieces + by > LIMITS.most_pieces:
        raise TooMany(kind)
    row.pieces += by


def _locked(door: str, kind: str) -> Stock:
    """The stock's row, which nobody else changes until this transaction ends."""
    store = db.session("assistance")
    # The first of a kind may come at the same moment by two hands: there is no row yet that one could wait for.
    insert = db.INSERT[store.get_bind().dialect.name]
    store.execute(insert(Stock).values(door=door, kind=kind, pieces=0).on_conflict_do_nothing())
    return store.scalars(select(Stock).where(Stock.door == door, Stock.kind == kind).with_for_update()).one()


def _out(door: str, kind: str) -> int:
    chosen = select(Loan.id).where(Loan.door == door, Loan.kind == kind, Loan.ended_on.is_(None))
    return len(db.session("assistance").scalars(chosen).all())
