"""Pages of the assistance room that are opened, sent and refused at the same moment, by threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient

from survey import db
from tests.helping import a_district, ask, at_desk, code_in, id_of, page_of
from tests.test_assistance import deeds, work

READERS, LOOKS = 4, 5


def at_once(desks: list[FlaskClient], do: Callable[[FlaskClient], int]) -> list[int]:
    """What each desk is answered, all pressing at once and again."""
    with ThreadPoolExecutor(len(desks)) as threads:
        return list(threads.map(do, desks * LOOKS))


def opened(path: str) -> Callable[[FlaskClient], int]:
    """Somebody opens a page of the room."""
    return lambda desk: desk.get(f"/assistance/{path}").status_code


def a_request(app: Flask) -> str:
    """A request that has been made; its id."""
    districts = a_district(app)
    return id_of(app, code_in(ask(app.test_client(), page_of(app, districts.school))))


def test_pages_opened_at_the_same_moment_are_all_shown_and_all_written_down(app: Flask) -> None:
    request_id = a_request(app)
    desks = [at_desk(app) for _ in range(READERS)]
    for path, deed in (
        (f"requests/{request_id}", "looked_at_request"),
        ("print", "printed_requests"),
    ):
        answers = at_once(desks, opened(path))
        assert set(answers) == {200}
        assert deeds(app, "principal").count(deed) == READERS * LOOKS


def test_what_is_refused_at_the_same_moment_is_all_written_down(app: Flask) -> None:
    a_request(app)
    desks = [at_desk(app) for _ in range(READERS)]
    answers = at_once(desks, lambda desk: desk.get("/assistance/district").status_code)
    assert set(answers) == {404}
    assert deeds(app, "principal").count("refused") == READERS * LOOKS


def test_whoever_reads_and_whoever_writes_do_not_wait_for_each_other_for_ever(app: Flask) -> None:
    request_id = a_request(app)
    readers, writer = [at_desk(app) for _ in range(READERS - 1)], at_desk(app)

    def press(desk: FlaskClient) -> int:
        if desk is writer:
            return work(desk, request_id, "keep", obstacle="no tablet")
        return desk.get(f"/assistance/requests/{request_id}").status_code

    assert set(at_once([writer, *readers], press)) <= {200, 303, 409}


def test_a_family_waits_for_nobody_who_writes_at_a_desk(app: Flask) -> None:
    page = page_of(app, a_district(app).school)
    with app.app_context():
        desk = db.engine("desk").execution_options(writes=True)
    with desk.begin():
        assert code_in(ask(app.test_client(), page))
