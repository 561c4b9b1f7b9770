"""Settings of one installation: from the environment, with safe defaults, read once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STORES = ("desk", "ballots", "answers", "assistance")

LOGINS_FILE = "demo-logins.txt"
LARGEST_POST_BYTES = 3 * 1024 * 1024  # an uploaded plan; respondents' pages stay far below


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: its own name, what browsers call it, which way it is written (ltr or rtl)."""

    name: str
    tag: str
    direction: str


def _languages() -> dict[str, Language]:
    told = tomllib.loads((Path(__file__).parent / "translations/languages.toml").read_text(encoding="utf-8"))
    return {code: Language(**row) for code, row in told.items()}


LANGUAGES = _languages()
DEFAULT_LANGUAGE = next(iter(LANGUAGES))


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and how the pages are served."""

    instance: Path
    addresses: Mapping[str, str]  # store → database address
    https: bool  # whether the pages are reached over TLS, so that cookies may be marked Secure
    proxies: int  # how many of our own stand before the server, each of which says who asked
    mixer_keys: Path  # the mixer's own folder; whoever serves pages never reads it

    @property
    def keys(self) -> Path:
        """The folder of this installation's keys."""
        return self.instance / "keys"

    @property
    def is_demo(self) -> bool:
        """Whether this is a synthetic demo, so that even the pages that know no district say so."""
        return (self.instance / LOGINS_FILE).exists()


def read_settings(environment: Mapping[str, str] = os.environ, instance: Path | None = None) -> Settings:
    """The settings, from the environment.

    JIANFU_INSTANCE, JIANFU_<STORE>_URL for each of the four stores, JIANFU_HTTPS=1, JIANFU_PROXIES, JIANFU_MIXER_KEYS.
    Raises ValueError for a number of proxies that is none.
    """
    folder = instance or Path(environment.get("JIANFU_INSTANCE") or Path(__file__).parent.parent / "instance")
    addresses = {
        store: environment.get(f"JIANFU_{store.upper()}_URL") or f"sqlite:///{folder / store}.db" for store in STORES
    }
    proxies = environment.get("JIANFU_PROXIES", "0")
    if not proxies.isdecimal():
        raise ValueError(f"JIANFU_PROXIES is {proxies!r}; the number of proxies before the server is needed.")
    return Settings(
        instance=folder,
        addresses=addresses,
        https=environment.get("JIANFU_HTTPS") == "1",
        proxies=int(proxies),
        mixer_keys=Path(environment.get("JIANFU_MIXER_KEYS") or folder / "mixer"),
    )
