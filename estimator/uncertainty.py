"""What we do not know exactly: families drawn around those assumed, so that a score comes with a range.

The draws are the same for every plan (a fixed seed), so that two plans never change places by chance.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np

from estimator.families import PRICES, Families
from estimator.norms import Norms

SEED = 20200306
DRAWS = 60
RANGE = (0.05, 0.95)  # of the draws, the range shown: nine in ten lie within


def draws(families: Families, norms: Norms, place: str, day: date) -> tuple[Families, ...]:
    """Families as they might be: shares scattered by `device_spread`, prices by `price_spread` (relative).

    Shares that rest on answers are scattered as so many answers leave them open.
    """
    known = {name: _price(families, norms, name, place, day) for name in PRICES}
    spread = norms.figure("device_spread", place, day).value
    price_spread = norms.figure("price_spread", place, day).value
    frozen = tuple(sorted(known.items()))

    def scattered(figure: str, shares: tuple[float, ...], n: int) -> tuple[float, ...]:
        answers = families.rests_on.get(figure)
        return _scattered(shares, spread if answers is None else answers**-0.5, n, figure)

    def share(figure: str, of_families: float, n: int) -> float:
        return scattered(figure, (of_families, 1 - of_families), n)[0]

    return tuple(
        replace(
            families,
            counts={device: scattered(device, shares, n) for device, shares in families.counts.items()},
            printer=share("printer", families.printer, n),
            broadband=share("broadband", families.broadband, n),
            no_connection=share("no_connection", families.no_connection, n),
            prices={**families.prices, **_prices(frozen, price_spread, n)},
        )
        for n in range(DRAWS)
    )


def _price(families: Families, norms: Norms, name: str, place: str, day: date) -> float:
    own = families.prices.get(name)
    return own if own is not None else norms.figure(name, place, day).value


@lru_cache(maxsize=8192)
def _scattered(shares: tuple[float, ...], spread: float, draw: int, what: str) -> tuple[float, ...]:
    """Shares drawn from a Dirichlet distribution around the given ones; those that are 0 stay 0."""
    chance = np.random.default_rng([SEED, draw, *what.encode()])
    there = [share for share in shares if share > 0]
    drawn = iter(chance.dirichlet([share / spread**2 for share in there]))
    return tuple(float(next(drawn)) if share > 0 else 0.0 for share in shares)


@lru_cache(maxsize=1024)
def _prices(known: tuple[tuple[str, float], ...], spread: float, draw: int) -> dict[str, float]:
    chance = np.random.default_rng([SEED, draw])
    return {name: price * float(chance.lognormal(0, spread)) for name, price in known}
