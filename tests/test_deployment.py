"""The files of deploy/: what proxies write down, what units may do; documents and files speak of each other."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from datetime import datetime, timedelta
from pathlib import Path
from shutil import which
from time import time
from zoneinfo import ZoneInfo

import pytest

from survey.calling import CALLED_AS
from survey.config import SETTINGS
from survey.upkeep.server_settings import TRACELESS_SETTINGS

HERE = Path(__file__).parents[1]
DEPLOY = HERE / "deploy"
NGINX = (DEPLOY / "proxy/nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "proxy/Caddyfile").read_text(encoding="utf-8")
OPERATIONS = (HERE / "docs/operations.md").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
HALF_A_YEAR_DAYS = 184  # the longer half
TWO_IN_THE_NIGHT = 2
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


def test_each_proxys_log_is_kept_for_half_a_year() -> None:
    rotated = (DEPLOY / "proxy/jianfu-proxy").read_text(encoding="utf-8")
    (kept,) = re.findall(r"^(\S+) \{", rotated, re.MULTILINE)
    logs = {each for each in re.findall(r"access_log (\S+)", without_comments(NGINX)) if each.startswith("/")}
    assert {str(Path(log).parent / "*.log") for log in logs} == {kept}
    # What lies there is thrown away after two weeks by Debian's own file.
    assert kept != "/var/log/nginx/*.log"
    # Told to open the next day's log, nginx does so as the user of its workers too: where they cannot enter, they go on
    # writing in the old one, which is never thrown away.
    (owner,) = re.findall(r"^ +create 0640 (\S+) adm$", rotated, re.MULTILINE)
    assert f"install -d -m 750 -o {owner} -g adm {Path(kept).parent} " in OPERATIONS
    assert {int(days) for days in re.findall(r"(?:rotate|maxage) (\d+)", rotated)} == {HALF_A_YEAR_DAYS}
    assert re.findall(r"roll_keep_for (\w+)", CADDY) == [f"{HALF_A_YEAR_DAYS * 24}h"]
    assert "roll_keep 1000\n" in CADDY  # ten files otherwise


@pytest.mark.parametrize("proxy", [NGINX, CADDY])
def test_each_proxy_keeps_what_an_administrator_watches_to_themselves(proxy: str) -> None:
    assert re.search(r"/metrics (404|\{ return 404; \})", proxy)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_unit_runs_as_one_of_two_users_and_may_do_nothing_else(unit: Path) -> None:
    said = dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE))
    assert said["User"] == ("jianfu-mixer" if unit.stem in MIXERS else "jianfu-web")
    started = said["ExecStart"].removeprefix("/bin/sh -c 'exec ")
    assert started.startswith("/opt/jianfu/.venv/bin/flask --app survey ")
    yes = ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID", "LockPersonality")
    assert {said[name] for name in yes} == {"yes"}
    assert (said["ProtectSystem"], said["CapabilityBoundingSet"]) == ("strict", "")
    # The mixer has no address of desk and requests.
    assert ("/etc/jianfu/pages.env" in unit.read_text(encoding="utf-8")) == (unit.stem not in MIXERS)


def read_unit(name: str) -> ConfigParser:
    """A unit's sections, of a name that stands in it twice the last."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # as the library's own documents do it
    unit.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return unit


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_unit_waits_for_a_database_and_begins_anew_where_it_was_away(unit: Path) -> None:
    read = read_unit(unit.name)
    if unit.stem != "jianfu-mixer":  # whose jianfu-mixer.conf says it
        assert "postgresql.service" in read["Unit"]["After"]
    is_once = read["Service"].get("Type") == "oneshot"
    assert read["Service"]["Restart"] == ("on-failure" if is_once else "always")
    # What a timer starts ends as failed, so that somebody sees it; the others go on for ever.
    hours = int(read["Unit"]["StartLimitIntervalSec"].removesuffix("h"))
    minutes = int(read["Service"]["RestartSec"].removesuffix("min"))
    tries = int(read["Unit"].get("StartLimitBurst", 0))
    assert not hours or tries * minutes < hours * 60  # else the bound is never reached
    assert bool(hours) == is_once


def test_a_database_that_was_killed_is_started_again() -> None:
    told = DEPLOY / "postgresql/restart.conf"
    read = ConfigParser(interpolation=None)
    read.read(told, encoding="utf-8")
    assert (read["Service"]["Restart"], read["Unit"]["StartLimitIntervalSec"]) == ("on-failure", "0")
    place = "/etc/systemd/system/postgresql@.service.d/restart.conf"
    assert f"install -D -m 644 {told.relative_to(HERE)} {place}\n    systemctl daemon-reload" in OPERATIONS


def test_several_processes_of_pages_are_run_as_one_is() -> None:
    one, several = read_unit("jianfu-web.service"), read_unit("jianfu-web@.service")
    for unit in (one, several):
        del unit["Unit"]["Description"]
    assert several["Unit"].pop("Conflicts") == "jianfu-web.service"  # on one port only one can listen
    command = several["Service"].pop("ExecStart").replace("%i", "8003").replace("$$", "$")
    told = subprocess.run(
        ["/bin/sh", "-c", shlex.split(command)[2].replace("exec ", "echo ")], capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == one["Service"].pop("ExecStart").replace("8000", "8003") + " --core 3"
    assert {name: dict(part) for name, part in one.items()} == {name: dict(part) for name, part in several.items()}


@pytest.mark.skipif(not which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_finds_nothing_wrong_in_the_units(tmp_path: Path) -> None:
    for file in (DEPLOY / "systemd").iterdir():
        # The program is not where they start it.
        text = file.read_text(encoding="utf-8").replace("/opt/jianfu/.venv/bin/flask", "/bin/true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    units = [file if "@" not in file.name else file.with_name("jianfu-web@8001.service") for file in tmp_path.iterdir()]
    verify = ["systemd-analyze", "verify", "--man=no", *map(str, units)]
    found = subprocess.run(verify, capture_output=True, check=False, text=True)
    assert (found.returncode, found.stderr) == (0, "")


def test_what_the_files_set_are_settings() -> None:
    files = [*DEPLOY.glob("*.env"), *UNITS]
    named = {name for file in files for name in re.findall(r"\b(JIANFU_\w+)=", file.read_text(encoding="utf-8"))}
    assert CALLED_AS in named  # the journal calls commands as they are typed; no setting of an installation
    assert named - {CALLED_AS} <= SETTINGS.keys()


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


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's date is that of the image")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_the_mixer_of_containers_mixes_at_two(zone: str) -> None:
    (asleep,) = re.findall(r"sleep (.+)", (DEPLOY / "container/mix_at_night.yaml").read_text(encoding="utf-8"))
    now = datetime.now(ZoneInfo(zone))
    words = ["/bin/sh", "-c", f"echo {asleep.replace('$$', '$')}"]
    told = subprocess.run(words, env={**os.environ, "TZ": zone}, capture_output=True, check=True, text=True)
    # A second more: the clock goes on while it is asked.
    awake = now + timedelta(seconds=int(told.stdout) + 1)
    assert (awake.hour, awake.minute) == (TWO_IN_THE_NIGHT, 0)


def test_the_mixer_reaches_the_database_before_it_is_first_started_at_night() -> None:
    province = OPERATIONS.split("\n## A province")[1]
    assert province.index("jianfu-mix-at-night.service.d/postgresql.conf") < province.index("systemctl start")


def test_every_file_for_deploying_is_told_of() -> None:
    told = OPERATIONS + (HERE / "docs/sharding.md").read_text(encoding="utf-8")
    for file in DEPLOY.rglob("*"):
        if file.is_file() and file.name not in ("Containerfile", "compose.yaml", "make_databases.sql"):
            assert file.name in told or file.suffix == ".timer", file


def test_the_list_of_components_has_each_locked_package_with_its_fingerprints() -> None:
    listed = json.loads(subprocess.run([HERE / ".ci/components"], capture_output=True, check=True).stdout)
    locked = (HERE / "requirements.txt").read_text(encoding="utf-8")
    named = {f"{each['name']}=={each['version']}" for each in listed["components"]}
    assert named == set(re.findall(r"^([\w.-]+==[^\s;\\]+)", locked, re.MULTILINE))
    kept = [of["content"] for each in listed["components"] for of in each["externalReferences"][0]["hashes"]]
    assert sorted(kept) == sorted(re.findall(r"--hash=sha256:(\w+)", locked))
