"""A release ↔ plain data for JSON, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from survey.release.published import Audience, Comments, Count, QuestionTable, Release, Response


def release_as_dict(release: Release) -> dict[str, Any]:
    """Plain data: dictionaries, lists, text and numbers."""
    return {key: _plain(value) for key, value in asdict(release).items()} | {
        "published_on": release.published_on.isoformat()
    }


def release_from_dict(data: Mapping[str, Any]) -> Release:
    """The release again, equal to the one written."""
    responses = tuple(Response(**{**r, "audience": Audience(**r["audience"])}) for r in data["responses"])
    tables = tuple(_table(t) for t in data["tables"])
    comments = tuple(Comments(**{**c, "words": tuple(c["words"])}) for c in data["comments"])
    day = date.fromisoformat(data["published_on"])
    return Release(**{**data, "published_on": day, "responses": responses, "tables": tables, "comments": comments})


def _table(t: Mapping[str, Any]) -> QuestionTable:
    counts = tuple(Count(**c) for c in t["counts"])
    return QuestionTable(
        **{**t, "audience": Audience(**t["audience"]), "counts": counts, "clauses": tuple(t["clauses"])}
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
