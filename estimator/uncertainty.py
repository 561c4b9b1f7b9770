"""What we do not know exactly: families drawn around those assumed, so that a score comes with a range.

The draws are the same for every plan (a fixed seed), so that two plans never change places by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimator.families import PRICES, Families
from estimator.norms import Norms

SEED = 20200306
DRAWS = 60
SMALLEST_GAMMA = 0.1  # with smaller ones alone, all may be so close to 0 that their sum is none
RANGE = (0.05, 0.95)  # of the draws, the range shown: nine in ten lie within


def draws(families: Families, norms: Norms, place: str, day: date) -> Families:
    """Families as they might be, all at once: each share and each price is an array of DRAWS numbers.

    Shares are scattered by `device_spread`, prices by `price_spread` (relative); those that rest on answers as so many
    answers leave them open.
    """
    known = {name: _price(families, norms, name, place, day) for name in PRICES}
    spread = norms.figure("device_spread", place, day).value
    price_spread = norms.figure("price_spread", place, day).value

    def scattered(figure: str, shares: tuple[float, ...]) -> Any:  # arrays stand where one family has numbers
        answers = families.rests_on.get(figure)
        return tuple(_scattered(shares, spread if answers is None else answers**-0.5, figure))

    def share(figure: str, of_families: float) -> Any:
        return scattered(figure, (of_families, 1 - of_families))[0]

    prices: Mapping[str, Any] = _prices(tuple(sorted(known.items())), price_spread)
    return replace(
        families,
        counts={device: scattered(device, shares) for device, shares in families.counts.items()},
        printer=share("printer", families.printer),
        broadband=share("broadband", families.broadband),
        no_connection=share("no_connection", families.no_connection),
        prices={**families.prices, **prices},
    )


def _price(families: Families, norms: Norms, name: str, place: str, day: date) -> float:
    own = families.prices.get(name)
    return own if own is not None else norms.figure(name, place, day).value


@lru_cache(maxsize=4096)
def _scattered(shares: tuple[float, ...], spread: float, what: str) -> NDArray[np.float64]:
    """Shares × draws, from a Dirichlet distribution around the given ones; those that are 0 stay 0."""
    there = np.array(shares) > 0
    sizes = [share / spread**2 for share in shares if share > 0]
    drawn = []
    chance = np.random.Generator(np.random.PCG64(SEED))
    for beginning in _beginnings(what):
        chance.bit_generator.state = beginning
        drawn.append(_dirichlet(sizes, chance))
    found = np.zeros((len(shares), DRAWS))
    found[there] = np.array(drawn).T
    return found


def _dirichlet(sizes: Sequence[float], chance: np.random.Generator) -> Sequence[float]:
    """One draw: gammas over their sum, as numpy makes it of the same random numbers, but in half its time."""
    if max(sizes) < SMALLEST_GAMMA:
        found: list[float] = chance.dirichlet(sizes).tolist()
        return found
    gammas = [chance.standard_gamma(size) for size in sizes]
    shrunk = 1 / reduce(add, gammas)
    return [gamma * shrunk for gamma in gammas]


@lru_cache(maxsize=64)
def _beginnings(what: str) -> tuple[Any, ...]:
    """Where the random numbers of each draw begin: to take one up again costs a tenth of seeding it anew."""
    return tuple(np.random.PCG64([SEED, draw, *what.encode()]).state for draw in range(DRAWS))


@lru_cache(maxsize=1024)
def _prices(known: tuple[tuple[str, float], ...], spread: float) -> dict[str, NDArray[np.float64]]:
    factors = np.array([np.random.default_rng([SEED, draw]).lognormal(0, spread, len(known)) for draw in range(DRAWS)])
    return {name: price * factors[:, place] for place, (name, price) in enumerate(known)}
