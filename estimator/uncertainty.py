"""What we do not know exactly: families drawn around those assumed, so that a score comes with a range.

The draws are the same for every plan (a fixed seed), so that two plans never change places by chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
TRIES = 32  # for the gammas of one draw, six at most: nineteen tries in twenty are taken
SQUEEZE = 0.0331  # Marsaglia and Tsang's: within it a try is taken whatever the gamma's size
RANGE = (0.05, 0.95)  # of the draws, the range shown: nine in ten lie within


def draws(families: Families, norms: Norms, place: str, day: date) -> Families:
    """Families as they are assumed and as they might be, all at once: each share and each price is an array, at first
    the number assumed, then DRAWS numbers.

    Shares are scattered by `device_spread`, prices by `price_spread` (relative); those that rest on answers as so many
    answers leave them open.
    """
    known = {name: _price(families, norms, name, place, day) for name in PRICES}
    spread = norms.figure("device_spread", place, day).value
    price_spread = norms.figure("price_spread", place, day).value

    def scattered(figure: str, shares: tuple[float, ...]) -> Any:  # arrays stand where one family has numbers
        answers = families.rests_on.get(figure)
        drawn = _scattered(shares, spread if answers is None else answers**-0.5, figure)
        return tuple(np.column_stack((shares, drawn)))

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
    sizes = [share / spread**2 for share in shares if share > 0]
    gammas = _gammas(sizes, _chances(what)) if min(sizes) > 1 else None
    found = np.zeros((len(shares), DRAWS))
    found[np.array(shares) > 0] = _one_by_one(sizes, what) if gammas is None else _over_their_sum(gammas)
    return found


def _one_by_one(sizes: Sequence[float], what: str) -> NDArray[np.float64]:
    """Sizes × draws, each draw as numpy makes it."""
    chance = np.random.Generator(np.random.PCG64(SEED))
    drawn = []
    for beginning in _beginnings(what):
        chance.bit_generator.state = beginning
        drawn.append(chance.dirichlet(sizes))
    return np.array(drawn).T


def _over_their_sum(gammas: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array(gammas) * (1 / reduce(add, gammas))


@dataclass(frozen=True, slots=True, eq=False)
class _Chances:
    """The random numbers that a draw's gammas are tried with, a normal and a uniform one a try: tries × draws."""

    normal: NDArray[np.float64]
    uniform: NDArray[np.float64]
    is_within: NDArray[np.bool_]  # the squeeze


@lru_cache(maxsize=64)
def _chances(what: str) -> _Chances:
    chance = np.random.Generator(np.random.PCG64(SEED))
    pairs = np.empty((DRAWS, TRIES, 2))
    for draw, beginning in enumerate(_beginnings(what)):
        chance.bit_generator.state = beginning
        pairs[draw] = [(chance.standard_normal(), chance.random()) for _ in range(TRIES)]
    normal, uniform = pairs.T.copy()
    return _Chances(normal, uniform, uniform < 1 - SQUEEZE * (normal * normal) * (normal * normal))


def _gammas(sizes: Sequence[float], chances: _Chances) -> Sequence[NDArray[np.float64]] | None:
    """Gammas of these sizes, all above 1, of every draw: of the same random numbers as numpy's, which takes one draw
    after the other, and to the last digits the same. None where some draw needs other numbers than one pair a try.

    G. Marsaglia and W. W. Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 26, 2000.
    """
    tried, draws, found = np.zeros(DRAWS, dtype=int), np.arange(DRAWS), []
    for size in sizes:
        scale = size - 1 / 3
        roots = 1 + chances.normal * (1 / math.sqrt(9 * scale))
        if roots.min() <= 0:
            return None
        cubes = roots * roots * roots
        for draw in np.flatnonzero(~chances.is_within[tried, draws]).tolist():
            while not _is_taken(chances, (tried[draw], draw), scale, cubes):
                tried[draw] += 1
        found.append(scale * cubes[tried, draws])
        tried += 1
    return found


def _is_taken(chances: _Chances, at: tuple[int, int], scale: float, cubes: NDArray[np.float64]) -> bool:
    if chances.is_within[at]:
        return True
    normal, cube = chances.normal[at], cubes[at]
    return bool(math.log(chances.uniform[at]) < 0.5 * normal * normal + scale * (1 - cube + math.log(cube)))


@lru_cache(maxsize=64)
def _beginnings(what: str) -> tuple[Any, ...]:
    """Where the random numbers of each draw begin: to take one up again costs a tenth of seeding it anew."""
    return tuple(np.random.PCG64([SEED, draw, *what.encode()]).state for draw in range(DRAWS))


@lru_cache(maxsize=1024)
def _prices(known: tuple[tuple[str, float], ...], spread: float) -> dict[str, NDArray[np.float64]]:
    drawn = [np.random.default_rng([SEED, draw]).lognormal(0, spread, len(known)) for draw in range(DRAWS)]
    factors = np.array([np.ones(len(known)), *drawn])
    return {name: price * factors[:, place] for place, (name, price) in enumerate(known)}
