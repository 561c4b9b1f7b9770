"""`flask check` finds what is amiss in an installation and says how to mend it."""

from __future__ import annotations

import os
import socket
import sqlite3
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from shutil import which

import click
import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, insert, text
from sqlalchemy.exc import IntegrityError

from survey import config, create_app, db
from survey.answer_store import Answer
from survey.calling import user
from survey.config import SETTINGS, STORES, BadSettings, read_settings, settings_table
from survey.staff.store import Bureau
from survey.upkeep import check, server_settings
from tests.postgres import TEMPLATE, Server
from tests.processes import Web, environment_of, nursery

NOBODY = 65534


def said(app: Flask, *arguments: str) -> tuple[int, str]:
    """The exit status and what was said."""
    result = app.test_cli_runner().invoke(args=["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An installation as it should be: behind a proxy with TLS, the mixer's key elsewhere."""
    monkeypatch.setenv("JIANFU_HTTPS", "1")
    monkeypatch.setenv("JIANFU_PROXIES", "1")
    monkeypatch.setenv("JIANFU_MIXER_KEYS", str(tmp_path / "mixer"))
    app = create_app(instance=tmp_path / "instance")
    assert app.test_cli_runner().invoke(args=["mix"]).exit_code == 0
    (tmp_path / "mixer" / "ballot_private").unlink()  # as another user's, out of reach
    return app


@pytest.fixture
def outlives_power(sound: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    """The tests' own PostgreSQL does not otherwise, where the stores are on it."""
    engines = sound.extensions["stores"].values()
    if any(engine.dialect.name == "sqlite" for engine in engines):
        yield
        return
    server: Server = request.getfixturevalue("server")
    server.outlive_power(True)
    for engine in engines:
        engine.dispose()  # a connection that is there hears of it late
    yield
    server.outlive_power(False)


@pytest.mark.usefixtures("outlives_power")
def test_a_sound_installation_passes(sound: Flask) -> None:
    assert said(sound) == (0, "".join(f"ok     {subject}\n" for subject in SUBJECTS))


SUBJECTS = (
    "configuration",
    "disk",
    "keys",
    "the mixer's key",
    "sealed ballots",
    "the mixer's turns",
    "stores",
    "requests for help",
    "transport",
    "mode",
    "days",
    "respondents' pages",
)


def test_a_key_others_can_read_is_named(sound: Flask) -> None:
    path = sound.config["SETTINGS"].keys / "pepper"
    path.chmod(0o644)
    status, words = said(sound)
    assert status == 1
    assert f"chmod 600 {path}" in words


@pytest.mark.parametrize(
    ("name", "would_do"),
    [
        ("assistance", "Put the file back from its backup, or from the machine whose pages work."),
        ("session", "It is in no backup: put the file back from another machine whose pages work. If there is none,"),
    ],
)
def test_a_key_cut_short_is_named_with_where_another_is_to_be_had(sound: Flask, name: str, would_do: str) -> None:
    path = sound.config["SETTINGS"].keys / name
    path.write_bytes(b"")
    assert f"{path} is shorter than 32 bytes. {would_do}" in said(sound)[1]


def test_a_mixers_key_within_reach_is_named(app: Flask) -> None:
    status, words = said(app)
    assert status == 1
    assert "ballot_private can be read by the user who runs this" in words


def test_a_mixers_folder_that_is_mistyped_is_named(sound: Flask) -> None:
    settings = sound.config["SETTINGS"]
    with sound.app_context():
        assert list(check.mixer_key(settings, None)) == []
        (problem,) = check.mixer_key(replace(settings, mixer_keys=settings.mixer_keys.with_name("mixr")), None)
        assert "mixr, which is not there:" in problem
        # Where nobody named one, as where the mixer is elsewhere, none is asked for.
        assert list(check.mixer_key(replace(settings, mixer_keys=settings.instance / "mixer"), None)) == []


def test_pages_without_tls_are_named(app: Flask) -> None:
    assert "JIANFU_HTTPS is not 1" in said(app)[1]


def test_tls_without_a_counted_proxy_is_named(sound: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_PROXIES", "0")
    assert "everybody looks like one client" in said(create_app(instance=tmp_path / "instance"))[1]


@pytest.mark.sqlite_files
def test_a_table_that_keeps_the_order_of_arrival_is_named(sound: Flask) -> None:
    path = sound.config["SETTINGS"].instance / "answers.db"
    with sqlite3.connect(path) as store:
        store.execute("drop table comment")
        store.execute("create table comment (id text primary key)")
    assert "table comment keeps the order of arrival" in said(sound)[1]


def test_days_of_another_zone_than_the_bureaus_are_named(sound: Flask, zone: Callable[[str], None]) -> None:
    with sound.app_context():
        db.session("desk").add(Bureau(name="青禾县教育局", place="CN-34"))
        db.session("desk").commit()
    zone("Asia/Shanghai")
    assert "ok     days" in said(sound)[1]
    zone("UTC")
    status, words = said(sound)
    assert status == 1
    assert "Days are those of UTC (UTC+0000), and the bureau is in China" in words


@pytest.mark.usefixtures("on_files")
def test_two_stores_in_one_file_of_two_names_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    create_app(instance=folder)
    monkeypatch.setenv("JIANFU_ANSWERS_URL", f"sqlite:///{tmp_path}/other.db")
    (tmp_path / "other.db").hardlink_to(folder / "ballots.db")
    with pytest.raises(BadSettings, match="JIANFU_ANSWERS_URL is not right; the store ballots has this file already"):
        create_app(instance=folder)


@pytest.mark.usefixtures("on_files")
@pytest.mark.parametrize("spelt", ["{}/ballots.db", "{}/../instance/ballots.db", "{}/link.db"])
def test_two_stores_in_one_file_are_refused_however_it_is_spelt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spelt: str
) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "link.db").symlink_to(folder / "ballots.db")
    monkeypatch.setenv("JIANFU_ANSWERS_URL", f"sqlite:///{spelt.format(folder)}")
    with pytest.raises(BadSettings) as refused:
        create_app(instance=folder)
    assert refused.value.message.startswith("JIANFU_ANSWERS_URL is not right; the store ballots has this file already")


def test_two_stores_at_one_address_are_named(sound: Flask) -> None:
    one = dict.fromkeys(STORES, "postgresql://u@host/jianfu")
    for other in ("postgresql+psycopg://u:hidden@host/jianfu", "postgresql://u@host:5432/jianfu?sslmode=require"):
        settings = replace(sound.config["SETTINGS"], addresses={**one, "desk": other})
        with sound.app_context():
            found = list(check.stores(settings, None))
        assert found[0] == "Two stores have one address. Give each its own: JIANFU_<STORE>_URL"
    apart = {store: f"postgresql://u@host/jianfu?options=-csearch_path%3D{store}" for store in STORES}
    with sound.app_context():
        settings = replace(sound.config["SETTINGS"], addresses=apart)
        assert not [each for each in check.stores(settings, None) if each.startswith("Two stores")]


def test_an_address_that_does_not_answer_is_named(sound: Flask) -> None:
    assert (
        "http://127.0.0.1:9 did not answer: [Errno 111] Connection refused\n"
        in said(sound, "--url", "http://127.0.0.1:9")[1]
    )


@pytest.mark.parametrize("written", ["jianfu.example", "ftp://jianfu.example"])
def test_what_is_no_address_of_pages_is_named_with_one_that_is(sound: Flask, written: str) -> None:
    words = f"{written} is no address: write it as people use it, such as https://jianfu.example\n"
    assert words in said(sound, "--url", written)[1]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "The address is empty: write"),
        (" ", "The address is empty: write"),
        ("http://127.0.0.1:99999", "http://127.0.0.1:99999 is no address: Port out of range 0-65535. Write"),
        ("http://127.0.0.1:0", "http://127.0.0.1:0 is no address. Write"),
        ("http://127.0.0.1:port", "is no address: Port could not be cast to integer value as 'port'. Write"),
        ("https://[::1", "https://[::1 is no address: Invalid IPv6 URL. Write"),
        ("https://", "https:// is no address. Write"),
    ],
)
def test_an_address_at_which_nobody_can_be_is_not_said_to_be_silent(sound: Flask, written: str, words: str) -> None:
    assert f"{words} it as people use it, such as https://jianfu.example\n" in said(sound, "--url", written)[1]


class Silent(SimpleHTTPRequestHandler):
    """Answers every request with status 404, and writes down none."""

    def do_GET(self) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def elsewhere() -> Iterator[HTTPServer]:
    """A server that is not the pages' own."""
    with HTTPServer(("127.0.0.1", 0), Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_server_that_has_no_such_page_is_named(sound: Flask, elsewhere: HTTPServer) -> None:
    address = f"http://127.0.0.1:{elsewhere.server_port}"
    assert f"{address} answered with status 404 (Not Found), and no page." in said(sound, "--url", address)[1]


@pytest.mark.skipif(not which("openssl"), reason="no openssl here, to make a certificate with")
def test_a_certificate_of_ones_own_is_named_with_what_would_do(
    sound: Flask, elsewhere: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, own = tmp_path / "own.key", tmp_path / "own.pem"
    asked = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jianfu", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", *asked, "-keyout", str(key), "-out", str(own)]
    subprocess.run(made, capture_output=True, check=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own, key)
    elsewhere.socket = tls.wrap_socket(elsewhere.socket, server_side=True)
    address = f"https://127.0.0.1:{elsewhere.server_port}"
    words = said(sound, "--url", address)[1]
    assert f"The certificate of {address} is not trusted here: self-signed certificate." in words
    assert f"SSL_CERT_FILE=FILE flask --app survey check --url {address}\n" in words
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    assert f"{address} answered with status 404" in said(sound, "--url", address)[1]


def test_issuers_that_are_named_and_not_there_are_told_instead_of_a_certificate_that_is_not_trusted(
    sound: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.pem").write_text("Dear bureau", encoding="utf-8")
    (tmp_path / "empty.pem").touch()
    no_certificate = "and no certificate in PEM can be found in"
    for named, words in (
        ("own.pem", f"and there is no file {tmp_path}/own.pem. Write the whole path, or leave SSL_CERT_FILE out."),
        ("letter.pem", f"{no_certificate} {tmp_path}/letter.pem."),
        (f"{tmp_path}/empty.pem", f"{no_certificate} {tmp_path}/empty.pem."),
        ("", f"and {tmp_path} cannot be read by the user who runs this ({user()}): Is a directory."),
    ):
        monkeypatch.setenv("SSL_CERT_FILE", named)
        told = said(sound, "--url", "https://127.0.0.1:9")[1]
        assert f"SSL_CERT_FILE is {named!r}, {words}" in told
        assert "did not answer" not in told
        assert "SSL_CERT_FILE is" not in said(sound, "--url", "http://127.0.0.1:9")[1]


def test_pages_that_answer_without_tls_are_named(sound: Flask, tmp_path: Path) -> None:
    with nursery(tmp_path) as born:
        web = Web(born, environment_of(sound))
        web.start()
        words = said(sound, "--url", f"http://127.0.0.1:{web.port}")[1]
    assert f"http://127.0.0.1:{web.port} answers without TLS: what people send could be read on its way.\n" in words
    assert "Referrer-Policy" not in words


def test_the_mixers_folder_may_be_out_of_reach_of_the_pages(tmp_path: Path) -> None:
    locked = tmp_path / "mixers"
    (locked / "mixer").mkdir(parents=True)
    locked.chmod(0)
    if (child := os.fork()) == 0:  # a process of its own, which may not be root
        status = 1
        try:
            if os.getuid() == 0:
                os.setuid(NOBODY)
            found = read_settings({"JIANFU_MIXER_KEYS": str(locked / "mixer")}, Path("/nowhere"))
            status = 1 if list(check.mixer_folder(found)) or found.mixer_keys != locked / "mixer" else 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    locked.chmod(0o700)


def test_a_number_of_proxies_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_PROXIES", "many")
    with pytest.raises(ValueError, match="number of proxies"):
        create_app(instance=tmp_path / "instance")


def test_a_misspelt_setting_is_named_with_what_is_meant(sound: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANFU_HTPS", "1")
    assert "JIANFU_HTPS is no setting. Is JIANFU_HTTPS meant?" in said(sound)[1]


def test_pages_open_to_the_network_without_a_proxy_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_HOST", "0.0.0.0")
    assert "listen on 0.0.0.0 and count no proxy" in said(create_app(instance=tmp_path / "instance"))[1]


def test_a_disk_that_is_nearly_full_is_named(sound: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "ROOM_BYTES", 2**60)
    assert "MB left. Make room" in said(sound)[1]


def test_a_shortened_key_is_named(sound: Flask) -> None:
    (sound.config["SETTINGS"].keys / "session").write_bytes(b"short")
    assert "session is shorter than 32 bytes" in said(sound)[1]


def test_every_setting_that_cannot_be_meant_is_said_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    wrong = {
        "JIANFU_PROXIES": "many",
        "JIANFU_HTTPS": "yes",
        "JIANFU_DESK_URL": "mysql://root:hidden@host/desk",
        "JIANFU_METRICS_TOKEN": "hidden",
        "JIANFU_LOG": "xml",
        "JIANFU_WAITING": "-1",
    }
    with pytest.raises(BadSettings) as refused:
        read_settings(wrong, tmp_path)
    lines = str(refused.value.message).splitlines()
    assert [line.split()[0] for line in lines] == [name for name in SETTINGS if name in wrong]
    assert "hidden" not in str(refused.value.message)


@pytest.mark.parametrize("name", [name for name, each in SETTINGS.items() if not each.is_secret])
@pytest.mark.parametrize("ran_into", ["1JIANFU_DESK_URL=postgresql://u:hidden@host/desk", "x://hidden"])
def test_an_address_that_ran_into_a_setting_from_the_next_line_is_not_said(
    tmp_path: Path, name: str, ran_into: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        read_settings({name: ran_into}, None if name == "JIANFU_INSTANCE" else tmp_path)
    assert refused.value.message.startswith(f"{name} is a value of {len(ran_into)} characters; ")
    assert "hidden" not in refused.value.message


def test_of_a_long_value_that_is_refused_its_length_is_said(tmp_path: Path) -> None:
    for length, said in ((config.LONGEST_SAID, f"'{'x' * config.LONGEST_SAID}'"), (21, "a value of 21 characters")):
        with pytest.raises(BadSettings, match=f"JIANFU_LOG is {said}; text or json is needed."):
            read_settings({"JIANFU_LOG": "x" * length}, tmp_path)


@pytest.mark.parametrize(
    ("name", "most"), [("JIANFU_PROXIES", config.MOST_PROXIES), ("JIANFU_WAITING", config.MOST_WAITING)]
)
def test_a_number_that_nobody_means_is_refused(tmp_path: Path, name: str, most: int) -> None:
    read_settings({name: str(most)}, tmp_path)
    for beyond in (str(most + 1), "9" * 19, "9" * 5000, "٣", "²", "1_0", "+1"):
        with pytest.raises(BadSettings, match=f"{name} is .*, from 0 to {most}, is needed"):
            read_settings({name: beyond}, tmp_path)


@pytest.mark.parametrize("token", ["密" * 20, "two words of 20 letters", "a-token-of-20-letters\n"])
def test_a_token_that_no_header_carries_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(BadSettings, match="JIANFU_METRICS_TOKEN is not right; a header carries") as refused:
        read_settings({"JIANFU_METRICS_TOKEN": token}, tmp_path)
    assert token not in refused.value.message


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("hidden", "an address such as sqlite:////"),
        ("postgresql+psycopg2://u:hidden@host/desk", "it begins with postgresql+psycopg2://; an address such as"),
        ("sqlite://", "it names no file"),
        ("sqlite:///:memory:", "it names no file"),
        ("sqlite:////var/lib/desk.db?hidden=1", "it says something after a ?"),
        ("postgresql://u:hidden@localhost/desk?sslmod=x", "no option sslmod. Is sslmode meant?"),
        ("postgresql://u:hidden@localhost/desk?autocommit=1", "no option autocommit."),
        ("postgresql://u:hidden@localhost/desk?port=abc", "its hosts and ports cannot be read"),
        ("postgresql://u:hidden@localhost/desk?sslmode=hidden", "sslmode only: disable, allow, prefer, require,"),
        ("postgresql://u:hidden@localhost:99999/desk", "a port is a number from 1 to 65535."),
        ("postgresql://u:hidden@localhost:0/desk", "a port is a number from 1 to 65535."),
        ("postgresql://u:hidden@/desk?host=a:5432&host=b:99999", "a port is a number from 1 to 65535."),
        ("postgresql://u:hidden@localhost:abc/desk", "an address such as sqlite:////"),
        ("postgresql://u:hidden/desk", "an address such as sqlite:////"),  # the host u, the port hidden
        ("postgresql://u:secret@hidden@localhost/desk", "Write one that is part of a name or password as %40."),
        ("postgresql://u:secret@hidden/1@localhost/desk", "Write one that is part of a name or password as %40."),
    ],
)
def test_an_address_of_a_store_that_cannot_be_meant_is_said_in_one_line(
    tmp_path: Path, address: str, said: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        read_settings({"JIANFU_DESK_URL": address}, tmp_path)
    (line,) = str(refused.value.message).splitlines()
    assert line.startswith("JIANFU_DESK_URL is not right; ")
    assert said in line
    assert "hidden" not in line


@pytest.mark.parametrize("address", ["nonsense", "jianfu.example", "127.0.0.1:8000", "256.1.1.1"])
def test_what_is_no_address_to_listen_on_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadSettings, match=f"JIANFU_HOST is '{address}'; an address of this machine is needed"):
        read_settings({"JIANFU_HOST": address}, tmp_path)


def test_an_address_that_is_not_this_machines_is_named(sound: Flask) -> None:
    settings = replace(sound.config["SETTINGS"], host="192.0.2.1")
    assert "JIANFU_HOST is 192.0.2.1, where nobody can listen: Cannot assign requested address." in list(
        check.configuration(settings, None)
    )


def test_a_port_that_another_has_is_said_in_one_line(sound: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = sound.test_cli_runner().invoke(args=["serve", "--port", str(port)])
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.startswith(
        f"Error: Nobody can listen on 127.0.0.1, port {port}: Address already in use. Choose another"
    )


@pytest.mark.usefixtures("on_files")
def test_a_store_that_is_away_is_named_when_the_program_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANFU_DESK_URL", "postgresql://jianfu:hidden@127.0.0.1:9/desk?sslpassword=hidden")
    with pytest.raises(click.ClickException) as refused:
        create_app(instance=tmp_path / "instance")
    assert "The store desk does not answer" in refused.value.message
    assert "JIANFU_DESK_URL" in refused.value.message
    assert "hidden" not in refused.value.message
    assert "name, password and database right" in refused.value.message
    assert "folder" not in refused.value.message


@pytest.mark.usefixtures("on_files")
def test_of_a_file_that_cannot_be_opened_its_folder_is_asked_after(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "desk.db").mkdir()
    monkeypatch.setenv("JIANFU_DESK_URL", f"sqlite:///{tmp_path}/desk.db")
    with pytest.raises(click.ClickException) as refused:
        create_app(instance=tmp_path / "instance")
    assert (
        f"Is its folder there and writable for the user who runs this ({user()}), and the disk not full?"
        in refused.value.message
    )
    assert "server" not in refused.value.message


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    """To an answers store on PostgreSQL, as somebody who may set anything for themselves."""
    engine = create_engine(server.of_store(TEMPLATE, "answers").replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "careless"),
    [
        ("log_statement", "all"),
        ("log_min_duration_statement", "0"),
        ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "1"),
        ("log_duration", "on"),
        ("log_lock_waits", "on"),
        ("log_min_error_statement", "error"),
        ("log_error_verbosity", "default"),
        ("log_parameter_max_length_on_error", "-1"),
    ],
)
def test_a_server_that_keeps_what_came_when_is_named(connection: Connection, name: str, careless: str) -> None:
    assert list(server_settings.set_otherwise("answers", connection, server_settings.TRACELESS_SETTINGS)) == []
    connection.execute(text(f"set {name} = '{careless}'"))
    (problem,) = server_settings.set_otherwise("answers", connection, server_settings.TRACELESS_SETTINGS)
    assert f"answers: {name} is {careless};" in problem
    assert f"alter system set {name} = '{server_settings.TRACELESS_SETTINGS[name][0][0]}'" in problem


def test_a_server_that_is_set_so_writes_no_value_of_a_row_it_refuses(server: Server, connection: Connection) -> None:
    row = {"id": "a-receipt", "campaign_id": "c1", "school_id": "s1", "questionnaire": "parent", "said": b""}
    connection.execute(insert(Answer), row)
    with pytest.raises(IntegrityError):
        connection.execute(insert(Answer), row)
    written = (server.folder / "log").read_text(encoding="utf-8")
    assert "duplicate key value violates unique constraint" in written
    assert "a-receipt" not in written


def test_a_server_that_may_lose_what_was_thanked_for_is_named(connection: Connection) -> None:
    connection.execute(text("set synchronous_commit = off"))
    no_fsync, no_wait = server_settings.set_otherwise(
        "answers", connection, server_settings.LASTING_SETTINGS
    )  # the tests' own has neither
    assert "fsync is off" in no_fsync
    assert "synchronous_commit is off" in no_wait
    assert "alter system set synchronous_commit = 'on'" in no_wait


def test_a_library_that_writes_statements_down_is_named(connection: Connection) -> None:
    assert list(server_settings.that_keep_traces("answers", connection)) == []
    connection.execute(text("set auto_explain.log_min_duration = 0"))  # known as if the library were loaded
    connection.execute(text("set pgaudit.log = 'write'"))
    of_plans, of_audit = server_settings.that_keep_traces("answers", connection)
    assert "answers: auto_explain.log_min_duration is 0;" in of_plans
    assert "answers: pgaudit.log is write;" in of_audit


def test_a_standby_that_nobody_waits_for_is_named(server: Server, connection: Connection) -> None:
    connection.execute(text("set synchronous_commit = local"))
    said_alone = list(server_settings.that_lose("answers", connection))
    assert not [problem for problem in said_alone if "synchronous_commit" in problem]
    connection.rollback()
    with server.with_standbys("ANY 1 (one, another)"):
        connection.execute(text("set synchronous_commit = local"))
        *_, no_wait = server_settings.that_lose("answers", connection)
        assert "synchronous_commit is local" in no_wait
        assert "when a standby takes over" in no_wait
        connection.execute(text("set synchronous_commit = remote_write"))
        assert list(server_settings.that_lose("answers", connection)) == said_alone


def test_the_page_of_settings_is_what_the_program_reads() -> None:
    page = (Path(__file__).parent.parent / "docs/configuration.md").read_text(encoding="utf-8")
    assert "\n".join(settings_table()) in page
