"""Addresses of rules, for tests that walk all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import AnyConverter, Rule


def words_of(rule: Rule, argument: str) -> tuple[str, ...]:
    """The few words that stand at this place of the address; none where anything may."""
    converter = rule._converters.get(argument)
    return tuple(sorted(converter.items)) if isinstance(converter, AnyConverter) else ()


def address_of(app: Flask, rule: Rule, known: Mapping[str, Any], other: str = "x") -> str:
    """An address of the rule: where it takes one of a few words the first of those, else what is known, or `other`."""
    values: dict[str, Any] = {name: (words_of(rule, name) or (known.get(name, other),))[0] for name in rule.arguments}
    with app.test_request_context():
        return url_for(rule.endpoint, **values)
