"""What a release tells of each school stands in a row of its own, and the words of a question once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Plain = dict[str, Any]
OF_ALL = ("number", "campaign_id", "campaign_title", "bureau_name", "entry", "synthetic", "smallest_group")
OF_QUESTION = ("question", "several", "label", "feeds", "clauses")
OF_CHOICE = ("choice", "label", "low", "high", "no_answer")
FROZEN = sa.table(
    "frozen_release", sa.column("id", sa.String()), sa.column("tables", sa.JSON()), sa.column("sha256", sa.String())
)


def upgrade() -> None:
    """The tables as they are from 0005 on."""
    made = op.create_table(
        "school_tables",
        sa.Column("release_id", sa.String(), nullable=False),
        sa.Column("school_id", sa.String(), nullable=False),
        sa.Column("whole", sa.JSON(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["frozen_release.id"]),
        sa.PrimaryKeyConstraint("release_id", "school_id"),
    )
    connection = op.get_bind()
    for release_id, tables in connection.execute(sa.select(FROZEN.c.id, FROZEN.c.tables)).all():
        head, schools = in_parts(tables)
        rows = [{"release_id": release_id, "school_id": s, "whole": w, "grades": g} for s, w, g in schools]
        if rows:
            connection.execute(sa.insert(made), rows)
        changed = {"tables": head, "sha256": _fingerprint(head, schools)}
        connection.execute(sa.update(FROZEN).where(FROZEN.c.id == release_id).values(**changed))


def in_parts(was: Mapping[str, Any]) -> tuple[Plain, list[list[Any]]]:
    """The head of a release, and of each school its id and what is told of it as a whole and of its grades."""
    questions: list[Plain] = []
    district: Plain = {"responses": [], "tables": [], "comments": []}
    schools: dict[str, list[Plain]] = {}

    def part(who: Mapping[str, Any]) -> Plain:
        if who["school_id"] is None:
            return district
        empty: list[Plain] = [{"responses": [], "tables": [], "comments": []}, {"responses": [], "tables": []}]
        found = schools.setdefault(who["school_id"], empty)
        if who.get("school_name") is not None:
            found[0]["name"] = who["school_name"]
        return found[who.get("grade") is not None]

    for response in was["responses"]:
        who = response["audience"]
        part(who)["responses"].append([who["questionnaire"], who["grade"], response["invited"], response["answered"]])
    for table in was["tables"]:
        part(table["audience"])["tables"].append(list(_row(table, questions)))
    for remarks in was["comments"]:
        part(remarks)["comments"].append([remarks["questionnaire"], remarks["words"]])
    kept = {name: was[name] for name in (*OF_ALL, "published_on", "questionnaires")}
    head = kept | {"questions": questions, "district": district}
    return head, [[school, *schools[school]] for school in sorted(schools)]


def _row(table: Mapping[str, Any], questions: list[Plain]) -> Iterator[Any]:
    """Which question, which of its choices are told, which grade, how many answered, and each count."""
    asked = {"questionnaire": table["audience"]["questionnaire"]} | {name: table[name] for name in OF_QUESTION}
    alike = (n for n, each in enumerate(questions) if {**each, "choices": None} == {**asked, "choices": None})
    number = next(alike, len(questions))
    if number == len(questions):
        questions.append(asked | {"choices": []})
    told = [{name: count[name] for name in OF_CHOICE} for count in table["counts"]]
    listed = questions[number]["choices"]
    if told not in listed:
        listed.append(told)
    yield from (number, listed.index(told), table["audience"]["grade"], table["answered"])
    yield [_figure(count) for count in table["counts"]]


def _figure(count: Mapping[str, Any]) -> int | list[int] | None:
    if count["count"] is not None:
        return int(count["count"])
    return None if count["at_least"] is None or count["at_most"] is None else [count["at_least"], count["at_most"]]


def _fingerprint(head: Plain, schools: list[list[Any]]) -> str:
    found = hashlib.sha256()
    for line in (head, *schools):
        found.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode() + b"\n")
    return found.hexdigest()
