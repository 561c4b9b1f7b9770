"""What a release was made of, as rows of numbers: not the name of question and choice beside every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COUNTED = sa.table(
    "counted",
    sa.column("campaign_id", sa.String()),
    sa.column("number", sa.Integer()),
    sa.column("questionnaire", sa.String()),
    sa.column("cells", sa.JSON()),
)


def upgrade() -> None:
    """The cells as they are from 0002 on."""
    connection = op.get_bind()
    for *key, cells in connection.execute(sa.select(*COUNTED.c)).all():
        mine = [column == value for column, value in zip(COUNTED.c, key, strict=False)]
        connection.execute(sa.update(COUNTED).where(*mine).values(cells=in_rows(cells)))


def in_rows(cells: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """From school, grade, people, question → answered, and [question, choice, people] of each cell."""
    choices: dict[str, list[str]] = {}
    for _school, _grade, _people, answered, chosen in cells:
        for question in answered:
            choices.setdefault(question, [])
        for question, choice, _number in chosen:
            if choice not in choices.setdefault(question, []):
                choices[question].append(choice)
    rows = []
    for school, grade, people, answered, chosen in cells:
        number = {(question, choice): count for question, choice, count in chosen}
        counts = [
            [answered.get(question, 0), *(number.get((question, choice), 0) for choice in listed)]
            for question, listed in choices.items()
        ]
        rows.append([school, grade, people, *counts])
    return {"choices": choices, "cells": rows}
