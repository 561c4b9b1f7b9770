"""What a bureau's plans are weighed by: its own norms beside those of the program, and the families it has chosen.

A value, read from the store for each page: what was computed by one is never taken for what another would make of it,
be that of two bureaus, of one before and after, or in another process.
"""

from __future__ import annotations

from dataclasses import dataclass

from estimator.norms import Norms
from survey.planning import families_chosen, own_norms
from survey.planning.families_chosen import AS_REPORTED, FamiliesChosen
from survey.planning.own_norms import OwnNorm, norms_with
from survey.staff.store import Bureau


@dataclass(frozen=True, slots=True)
class Basis:
    """The norms of a bureau's own, and its families."""

    own_norms: tuple[OwnNorm, ...] = ()
    families: FamiliesChosen = AS_REPORTED

    @property
    def norms(self) -> Norms:
        """Every norm that may speak."""
        return norms_with(self.own_norms)


def basis_of(bureau: Bureau) -> Basis:
    """What this bureau's plans are weighed by now."""
    return Basis(own_norms.not_taken_back(bureau), families_chosen.chosen(bureau))
