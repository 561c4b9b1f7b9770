"""What whoever runs the server may see of it, and that nothing of it is about respondents."""

from __future__ import annotations

import json
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import create_app, logs
from survey.ballot import entry
from survey.ballot.casting import Entry, cast
from tests.desk import SCHOOL, log_in, make_school
from tests.rounds import a_group
from tests.test_faults import away

LINE = re.compile(r'(# (HELP|TYPE) [a-z_]+ .+|jianfu_[a-z_]+(\{[a-z]+="[^"]+"(,[a-z]+="[^"]+")?\})? [0-9.]+)\Z')


def test_the_page_of_metrics_is_what_prometheus_reads(app: Flask, client: FlaskClient) -> None:
    client.get("/a")
    page = client.get("/metrics")
    assert page.content_type.startswith("text/plain; version=0.0.4")
    assert all(LINE.match(line) for line in page.text.splitlines()), page.text
    assert 'jianfu_requests_total{kind="questionnaire",status="2xx"} 1' in page.text
    assert 'jianfu_request_seconds_bucket{kind="questionnaire",le="+Inf"} 1' in page.text
    assert 'jianfu_request_seconds_count{kind="questionnaire"} 1' in page.text


def test_metrics_name_no_school_no_round_and_no_link(app: Flask, client: FlaskClient) -> None:
    make_school(app)
    log_in(app).get(f"/school/?of={SCHOOL}")
    with app.app_context():
        link = a_group().id
    client.get(f"/open/{link}")
    client.get("/staff/invitation/a-secret")
    said = client.get("/metrics").text
    for word in (SCHOOL, "Lotus", link, "c1", "a-secret", "one"):
        assert not re.search(rf'"{re.escape(word)}|{re.escape(word)}"', said)
    labels = set(re.findall(r'([a-z]+)="([^"]+)"', said))
    assert {value for name, value in labels if name == "kind"} <= {"questionnaire", "help", "desk", "own", "public"}


def test_ballots_that_wait_are_told_in_tens(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        group = a_group(enrolled=40).id
        for number in range(19):
            cast(Entry(group, f"ack-{number}", None), {})
    assert "jianfu_ballots_waiting 10\n" in client.get("/metrics").text


def test_a_store_that_is_away_is_seen_in_the_metrics(app: Flask, client: FlaskClient) -> None:
    with away(app, "ballots"):
        said = client.get("/metrics").text
    assert 'jianfu_store_answers{store="ballots"} 0' in said
    assert 'jianfu_store_answers{store="desk"} 1' in said
    assert "jianfu_ballots_waiting" not in said
    assert "jianfu_mixer_idle_days" not in said


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("203.0.113.7", {"Authorization": "Bearer a-token-of-20-letters"}, 200),
        ("203.0.113.7", {"Authorization": "Bearer another"}, 404),
        ("203.0.113.7", {"Authorization": "Bearer "}, 404),
    ],
)
def test_metrics_are_for_this_machine_or_whoever_has_the_token(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    monkeypatch.setenv("JIANFU_METRICS_TOKEN", "a-token-of-20-letters")
    app = create_app(instance=tmp_path_factory.mktemp("metrics") / "instance")
    client = app.test_client()
    assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == status


def test_a_log_line_says_what_broke_and_not_which_link_or_word(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("what somebody typed")

    app.testing = False
    monkeypatch.setattr(entry, "group_of_link", broken)
    with caplog.at_level(logging.ERROR):
        assert client.get("/open/a-secret-link?from=wechat", headers={"User-Agent": "phone"}).status_code == 500
    (record,) = caplog.records
    assert record.getMessage() == "Exception on GET /open/<link>"
    line = logs.JsonLines().format(record)
    said = json.loads(line)
    assert said["error"] == "ValueError"
    assert said["level"] == "error"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["time"])
    for word in ("a-secret-link", "wechat", "phone", "what somebody typed", "127.0.0.1"):
        assert word not in line


def test_the_server_says_not_which_address_it_served(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="waitress"):
        logging.getLogger("waitress").info("Client disconnected while serving %s" % "/open/a-secret-link")  # noqa: UP031
        logging.getLogger("waitress").error("Exception while serving %s", "/open/a-secret-link")
    assert [record.getMessage() for record in caplog.records] == ["Client disconnected", "Exception"]
