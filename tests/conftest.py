"""What every test may ask for: an empty installation of its own, and a visitor."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from playwright.sync_api import Browser, sync_playwright

from survey import create_app, db
from survey.demo.district import BUREAU as DEMO
from survey.staff.passwords import Cost
from survey.staff.store import Bureau
from tests.browser import FLAGS, find_browser, served
from tests.demo_town import copied, plans_alone, whole
from tests.desks import Districts, log_in, two_districts
from tests.engines import WORDS, Installations, Notes, choose_noted
from tests.equal_plans import a_house_of_plans
from tests.helping import ask, code_in, id_of, page_of
from tests.lasting import at_most
from tests.postgres import Server, instead_of_sqlite, started
from tests.prepared import begun_as_copies, cheap_passwords, compiled_once
from tests.processes import Web, environment_of, nursery
from tests.rounds import mixer_key
from tests.visitors import a_house, who_come

NEW_OBJECTS = 20_000  # between two searches for those that nobody holds
at_most(40, longer=400)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Brings the browser before workers start, lest two unpack it over each other."""
    if session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput"):
        find_browser()


def pytest_addoption(parser: pytest.Parser) -> None:
    """On which engine the stores of the tests' installations are, and which tests are asked."""
    parser.addoption("--stores", choices=tuple(WORDS), default="sqlite")
    parser.addoption("--note", type=Path, help="write down here which tests had an installation")
    parser.addoption("--noted", type=Path, help="ask only the tests that are written down here")


def pytest_configure(config: pytest.Config) -> None:
    """Says of each test whether it had an installation."""
    config.pluginmanager.register(Installations(), "installations")
    if (path := config.getoption("--note")) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Notes(path))


def pytest_report_header(config: pytest.Config) -> str:
    """What the stores are on."""
    return f"stores: on {WORDS[config.getoption('--stores')]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the tests, those that this engine is asked."""
    if path := config.getoption("--noted"):
        choose_noted(config, items, path)
    if config.getoption("--stores") == "postgresql":
        # tests/test_leaks.py asks PostgreSQL the like.
        skip = pytest.mark.skip(reason="looks into SQLite's files")
        for item in items:
            if item.get_closest_marker("sqlite_files"):
                item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Python's search for what nobody holds any more leaves alone what stays to the end: modules and tests.

    Else it goes through all of them again and again, which is a tenth of what testing takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of the tests' own."""
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """One that a module may hurt or kill."""
    with started() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def usual_cost() -> Iterator[Cost]:
    """What a password's hash costs outside the tests; within them it costs next to nothing."""
    with cheap_passwords() as usual:
        yield usual


@pytest.fixture(scope="session", autouse=True)
def made_once(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[None]:
    """What installations have alike is made for the first of them alone, which no test has."""
    installations = pytestconfig.pluginmanager.getplugin("installations")
    assert isinstance(installations, Installations)
    with compiled_once(), begun_as_copies(tmp_path_factory.mktemp("first")), installations.counted():
        yield


@pytest.fixture(scope="session", autouse=True)
def engine_of_stores(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every installation's stores on the engine that was asked for."""
    if request.config.getoption("--stores") == "sqlite":
        yield
        return
    with instead_of_sqlite(request.getfixturevalue("server")):
        yield


@pytest.fixture(scope="module", autouse=True)
def no_database_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Has back what installations of a whole module had on PostgreSQL: a server takes so many connections, no more."""
    if request.config.getoption("--stores") == "sqlite":
        yield
        return
    made: Server = request.getfixturevalue("server")
    yield
    made.forget(Path("/"))


@pytest.fixture(autouse=True)
def no_database_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Throws away what the installations of a test had on PostgreSQL."""
    if request.config.getoption("--stores") == "sqlite" or "tmp_path" not in request.fixturenames:
        yield
        return
    made, folder = request.getfixturevalue("server"), request.getfixturevalue("tmp_path")
    yield
    made.forget(folder)


@pytest.fixture
def on_files(request: pytest.FixtureRequest) -> None:
    """For what is about SQLite's files, and for what brings a PostgreSQL of its own."""
    if request.config.getoption("--stores") != "sqlite":
        pytest.skip("the stores are not on SQLite")


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An empty installation in a folder of its own."""
    made = create_app(instance=tmp_path / "instance")
    made.testing = True
    mixer_key(made)
    return made


@pytest.fixture
def on_postgresql(server: Server, tmp_path: Path) -> Iterator[Flask]:
    """An installation on PostgreSQL."""
    with instead_of_sqlite(server):
        app = create_app(instance=tmp_path / "instance")
    mixer_key(app)
    yield app
    server.forget(tmp_path)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the machine's time zone."""

    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor in Chinese."""
    return app.test_client()


@pytest.fixture
def districts(app: Flask) -> Districts:
    """Two districts with their staff; a module that wants more of them says so."""
    return two_districts(app)


@pytest.fixture
def clerk(app: Flask, districts: Districts) -> FlaskClient:
    """The clerk of the first."""
    return log_in(app, "clerk")


@pytest.fixture
def help_page(app: Flask, districts: Districts) -> str:
    """Where the first school's families ask for help."""
    return page_of(app, districts.school)


@pytest.fixture
def request_id(app: Flask, client: FlaskClient, help_page: str) -> str:
    """A request for help that has been made."""
    return id_of(app, code_in(ask(client, help_page)))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An installation with two districts, an open group, and `principal` named for assistance."""
    return a_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def visitors(house: Flask) -> dict[str, FlaskClient]:
    """Somebody from outside, and staff of both kinds at their desks."""
    return who_come(house)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An installation with two districts whose schools have the same plan, for what changes nothing."""
    return a_house_of_plans(tmp_path_factory.mktemp("unchanged"))


@pytest.fixture(scope="module")
def typist(unchanged: Flask) -> FlaskClient:
    """Its clerk."""
    return log_in(unchanged, "clerk")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo's schools with their plans; nobody has been asked anything. Some modules have a town of their own."""
    return plans_alone(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Flask:
    """The demo's schools, its rounds and their answers; in files it is made once for all workers, and copied."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    if pytestconfig.getoption("--stores") != "sqlite":
        return whole(folder)
    own = tmp_path_factory.getbasetemp()
    return copied((own.parent if hasattr(pytestconfig, "workerinput") else own) / "demo-made-once", folder)


@pytest.fixture(scope="module")
def address(town: Flask) -> Iterator[str]:
    """It, served."""
    with served(town) as found:
        yield found


@pytest.fixture
def district(town: Flask) -> Iterator[Bureau]:
    """Its bureau, where words are in English."""
    with town.test_request_context(), force_locale("en"):
        yield db.session("desk").get_one(Bureau, DEMO)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; without one the tests fail where they must pass, and say so elsewhere."""
    found = find_browser()
    if found is None:
        said = "no browser was found and none could be brought; set BROWSER to one"
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found.program, args=list(FLAGS), env={**os.environ, **found.environment}
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def full_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Pages that let nobody in."""
    folder = tmp_path_factory.mktemp("full")
    environment = environment_of(create_app(instance=folder / "instance"))
    with nursery(folder) as born:
        web = Web(born, {**environment, "JIANFU_WAITING": "0"})
        web.start()
        yield web
