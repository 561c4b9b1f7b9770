"""What is typed at the command line: how commands are called, and what hinders one, in one line of words."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click
from pytz import country_names  # exactly those of ISO 3166-1

from estimator import field_checks

CALLED_AS = "JIANFU_CALLED_AS"  # what stands before the program's commands; deploy/jianfu says its own name
USUALLY = "flask --app survey"
OF_THE_MIXER = "systemctl start jianfu-mixer, or jianfu-mix-at-night where that mixes"
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.01, 86_400  # seconds; beyond a day a timer is meant


def called(*words: str) -> str:
    """A command of the program as whoever reads this types it."""
    return " ".join((os.environ.get(CALLED_AS) or USUALLY, *words))


def user() -> str:
    """The name of the user that this process runs as; where the system has no name for it, its number."""
    return name_of(os.getuid()) if hasattr(os, "getuid") else "this one"


def name_of(number: int) -> str:
    """The name of a user; where the system has none for it, the number."""
    with suppress(ImportError, KeyError):
        import pwd

        return pwd.getpwuid(number).pw_name
    return str(number)


def hindered(error: OSError) -> str:
    """What keeps the user who runs this from a file or folder, and what would do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Make room there, or choose another place."
    elif error.errno == errno.EROFS:
        remedy = "That file system may only be read: have it mounted to be written, or choose another place."
    else:
        remedy = f"Choose a place that this user may use, or give this one to {user()} (chown)."
    return f"{error.filename} cannot be used by the user who runs this ({user()}): {error.strerror}. {remedy}"


@contextmanager
def in_one_line(told: Callable[[OSError], str] = hindered) -> Iterator[None]:
    """Raises ClickException, with one line of words, where a file or folder hinders what is done meanwhile."""
    try:
        yield
    except OSError as error:
        if not error.filename:  # what has no place is no matter of places
            raise
        raise click.ClickException(told(error)) from None


def surround(group: click.Group, around: Callable[[str], AbstractContextManager[None]], within: str = "") -> None:
    """Let each command of the group be done within what `around` makes for its name, that of the outermost group."""
    for name, command in group.commands.items():
        made = copy(command)  # the same command is in the groups of other apps too
        if isinstance(made, click.Group):
            made.commands = dict(made.commands)
            surround(made, around, within or name)
        elif made.callback:
            made.callback = _within(made.callback, partial(around, within or name))
        group.commands[name] = made


def _within(do: Callable[..., Any], around: Callable[[], AbstractContextManager[None]]) -> Callable[..., Any]:
    @wraps(do)
    def done(*arguments: Any, **named: Any) -> Any:
        with around():
            return do(*arguments, **named)

    return done


class Name(click.ParamType[str]):
    """What something is called: more than blanks."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name without blanks around it; called by click."""
        if not (found := str(value).strip()):
            self.fail("a name is needed, and this is empty.", param, ctx)
        return found


class Interval(click.ParamType[float]):
    """Seconds between one turn and the next."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; called by click."""
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not SHORTEST_INTERVAL <= found <= LONGEST_INTERVAL:
            self.fail(f"seconds from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} are needed.", param, ctx)
        return found


class Place(click.ParamType[str]):
    """Where a bureau is: by this it is told which norms hold for its schools."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code as it is stored; called by click."""
        try:
            found = field_checks.place(str(value).strip().upper())
        except field_checks.Refused as refused:
            self.fail(f"{value} is no place. {refused.remedy % refused.values}", param, ctx)
        if (country := found.partition("-")[0]) not in country_names:
            self.fail(
                f"{value} is in no country: ISO 3166-1 has no {country}. China is CN, Anhui CN-34 or CN-AH.", param, ctx
            )
        return found


class Folder(click.Path):
    """A folder that may be made. An empty word, which a variable leaves that is not set, is not the one one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; called by click."""
        if not str(value).strip():
            self.fail("a folder is needed, and this is empty.", param, ctx)
        return super().convert(value, param, ctx)


class There(click.Path):
    """A file or folder that is read. One that this user may not even look at is not said to be missing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; called by click."""
        try:
            Path(value).stat()
        except PermissionError:
            self.fail(
                f"{value} cannot be read by the user who runs this ({user()}). Copy it to where {user()} may read it.",
                param,
                ctx,
            )
        except OSError:
            pass  # click's own words are right
        return super().convert(value, param, ctx)
