"""What the tests' installations have alike is made once: templates, addresses and statements, catalogues, tables.

The first installation of a process is made by the program itself; others begin as copies of what it made. How tables
come to be where there are none, or older ones, is asked in tests/test_schema.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar
from unittest import mock

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from nacl import pwhash
from sqlalchemy import Engine, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

from survey import create_app, db, try_again
from survey.config import LANGUAGES, Settings
from survey.staff import passwords

CATALOGUES = "translations"
MOST_STATEMENTS = 5_000
Converters = dict[str, BaseConverter]


class TemplatesOfThisProcess(BytecodeCache):
    """Each template's code, compiled once for all applications of a process."""

    def __init__(self) -> None:
        self.compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code that another application has compiled of the same source."""
        bucket.code = self.compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next one."""
        assert bucket.code is not None
        self.compiled[bucket.key, bucket.checksum] = bucket.code


class RuleOfThisProcess(Rule):
    """An address that is read and compiled once for all applications of a process: most of what making one costs."""

    read: ClassVar[dict[tuple[object, ...], tuple[list[RulePart], list[tuple[bool, str]], Converters]]] = {}
    compiled: ClassVar[dict[tuple[object, ...], Any]] = {}

    def _parse_rule(self, rule: str) -> list[RulePart]:
        converters = tuple(self.map.converters.items())
        if (rule, converters) not in self.read:
            before = len(self._trace)
            parts = list(super()._parse_rule(rule))
            self.read[rule, converters] = (parts, self._trace[before:], self._converters)
            return parts
        parts, trace, found = self.read[rule, converters]
        self._trace.extend(trace)
        self._converters.update(found)
        self.arguments.update(found)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        told = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults), append_unknown)
        if told not in self.compiled:
            self.compiled[told] = super()._compile_builder(append_unknown)
        return self.compiled[told]


class PagesOfThisProcess:
    """The pages for what cannot be done now, made once for all applications whose pages say the same."""

    def __init__(self) -> None:
        self.made: dict[tuple[object, ...], tuple[bytes, ...]] = {}
        self.make = try_again._made

    def page(self, app: Flask, language: str, reason: str, way: str) -> tuple[bytes, ...]:
        """The page as the first application made it."""
        told = (tuple(LANGUAGES.items()), app.config["SETTINGS"].is_demo, language, reason, way)
        if told not in self.made:
            self.made[told] = self.make(app, language, reason, way)
        return self.made[told]


@contextmanager
def compiled_once() -> Iterator[None]:
    """While this lasts, no application compiles a template or address that another has compiled."""
    options = {"bytecode_cache": TemplatesOfThisProcess()}
    with (
        mock.patch.object(Flask, "jinja_options", options),
        mock.patch.object(Flask, "url_rule_class", RuleOfThisProcess),
        mock.patch.object(try_again, "_made", PagesOfThisProcess().page),
    ):
        yield


class StatementsOfThisProcess:
    """What a statement is in the language of a database, worked out once for all engines that speak it.

    The program has one engine a store, which keeps its statements; here each test has four new ones.
    """

    def __init__(self) -> None:
        self.kept: dict[str, LRUCache[Any, Any]] = {}

    def share(self, stores: Mapping[str, Engine]) -> None:
        """Let new engines read what others of their kind have worked out."""
        for engine in stores.values():
            engine._compiled_cache = self.kept.setdefault(engine.dialect.name, LRUCache(MOST_STATEMENTS))

    @staticmethod
    def speak_alike(one: DefaultDialect, other: object) -> bool:
        """Whether what is kept for one engine's dialect is right for another's: for itself alone, says SQLAlchemy."""
        return type(one) is type(other) and one._json_deserializer is other._json_deserializer


@contextmanager
def cheap_passwords() -> Iterator[passwords.Cost]:
    """While this lasts, hashing a password costs next to nothing; what it costs elsewhere."""
    least = passwords.Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
    usual = passwords.COST
    with mock.patch.object(passwords, "COST", least):
        yield usual


@contextmanager
def begun_as_copies(folder: Path) -> Iterator[None]:
    """While this lasts, a new installation begins with a copy of the tables and catalogues of one in this folder.

    Nor does it work out statements that another has worked out.
    """
    first = create_app(instance=folder)
    for engine in first.extensions["stores"].values():
        engine.dispose()

    def connect(app: Flask, settings: Settings) -> None:
        # Where nothing can be written the program has to find that out, and say so, by itself.
        with suppress(OSError):
            _copy_into(settings, folder)
        connected(app, settings)
        statements.share(app.extensions["stores"])

    connected, statements = db.connect, StatementsOfThisProcess()
    with (
        mock.patch.object(db, "connect", connect),
        mock.patch.object(DefaultDialect, "__eq__", StatementsOfThisProcess.speak_alike),
        mock.patch.object(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect))),
    ):
        yield


def _copy_into(settings: Settings, first: Path) -> None:
    if not (settings.instance / CATALOGUES).exists():
        shutil.copytree(first / CATALOGUES, settings.instance / CATALOGUES)
    for store, address in settings.addresses.items():
        url = make_url(address)
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            shutil.copyfile(first / f"{store}.db", url.database)
