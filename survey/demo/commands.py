"""`flask --app survey demo`: the demo district, made once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from survey import db
from survey.ballot.mixing import mix
from survey.ballot.seal_key import private_key
from survey.bureau.publishing import publish_campaign
from survey.calling import user
from survey.campaign import rounds
from survey.campaign.store import Campaign
from survey.config import DEFAULT_LANGUAGE, LOGINS_FILE
from survey.day import today
from survey.demo import district
from survey.demo.assistance import make_requests
from survey.release.freeze import remarks_to_choose
from survey.release.tabulate import are_enough
from survey.staff.store import Bureau
from survey.stores import schema
from survey.within_reach import OWNER_ONLY


def register(app: Flask) -> None:
    """Add the command to the app."""
    app.cli.add_command(demo)


@click.command()
@click.option("--once", is_flag=True, help="Do nothing where there is a bureau already.")
@click.option(
    "--answers", type=click.IntRange(0), default=district.ANSWERS, show_default=True, help="How many synthetic answers."
)
@click.option("--seed", default=district.SEED, show_default=True)
@with_appcontext
def demo(once: bool, answers: int, seed: int) -> None:
    """Make a synthetic district: 12 schools, their plans, two published rounds and an open one, requests for help."""
    if is_half_made():
        click.echo("jianfu: the demo district was not finished; it is begun anew.")
        db.session("desk").close()
        schema.empty()
    elif db.session("desk").query(Bureau).first():
        if once:
            return
        raise click.ClickException("This installation has a bureau already; a demo is made in an empty one.")
    key = mixers_key()  # first: where it is out of reach, nothing is made
    click.echo("jianfu: making the demo district (synthetic) …")
    logins = district.make_district()
    make_rounds(key, answers, seed)
    make_requests(db.session("desk").get_one(Bureau, district.BUREAU))
    write_logins(logins)


def is_half_made() -> bool:
    """Whether a demo was cut short here: its district is the only one, and its log-ins were never written."""
    bureaus = [bureau.id for bureau in db.session("desk").query(Bureau)]
    return bureaus == [district.BUREAU] and not current_app.config["SETTINGS"].is_demo


def mixers_key() -> bytes:
    """What opens the demo's ballots. Raises ClickException where the mixer is a user of its own."""
    folder = current_app.config["SETTINGS"].mixer_keys
    try:
        return private_key(folder)
    except PermissionError:
        raise click.ClickException(
            f"{folder} is out of reach of the user who runs this ({user()}): here the mixer is a user of its own. A "
            "demo is made where one user runs pages and mixer, as «make run» does; nothing was made here."
        ) from None


def make_rounds(key: bytes, answers: int, seed: int) -> None:
    """Rounds that were answered by slips, closed and published, and one by open links that is open."""
    bureau = db.session("desk").get_one(Bureau, district.BUREAU)
    day = today()
    for told in district.ROUNDS:
        campaign = district.open_round(bureau, told, day)
        number = round(answers * told.share_of_answers)
        filling = district.fill_round(campaign, bureau, number, seed, heavier=told.heavier)
        with click.progressbar(filling, length=number, label=f"  {told.title}") as bar:
            for _ in bar:
                pass
        if told.published_days_ago is not None:
            rounds.close_campaign(campaign)
            mix(key)
            district.put_back(campaign, told, day)
            db.session("desk").commit()
            publish_all(campaign, day - timedelta(days=told.published_days_ago))
    mix(key)


def publish_all(campaign: Campaign, day: date) -> None:
    """Publish a round on a day of the past, with every remark that may be told; not one that nearly nobody answered.
    Commits."""
    if not are_enough(campaign.id, rounds.questionnaires_of(campaign)):
        return
    remarks = [remark.id for listed in remarks_to_choose(campaign.id).values() for remark in listed]
    publish_campaign(campaign, DEFAULT_LANGUAGE, remarks, day)


def write_logins(logins: Mapping[str, str]) -> None:
    """Keep the demo's log-ins where only the owner of the installation reads them."""
    path = current_app.config["SETTINGS"].instance / LOGINS_FILE
    lines = [f"  {login:<16} {password}" for login, password in logins.items()]
    text = "  Demo district (synthetic). Log in at {address}/staff/login\n" + "\n".join(lines) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
