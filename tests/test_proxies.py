"""Who asked, as the served pages know it: by our own proxies where there are any, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey import typed_code
from survey.answering.guessing import FREE_TRIES
from survey.ballot import slips
from tests.doors import ask
from tests.processes import Web, environment_of, nursery

TOO_MANY = 429
Served = Callable[[int], Web]


@pytest.fixture
def served(app: Flask, tmp_path: Path) -> Iterator[Served]:
    """The pages, as they are served behind so many proxies."""
    with nursery(tmp_path) as born:

        def behind(proxies: int) -> Web:
            web = Web(born, {**environment_of(app), "JIANFU_PROXIES": str(proxies)})
            web.start()
            return web

        yield behind


def guess(web: Web, address: str) -> int:
    """Type a code that was never issued, as a proxy passes it on for this address; the page's status."""
    code = slips.printed(typed_code.new_code(slips.CODE_LENGTH))
    return ask(web, "POST", "/a", {"code": code}, X_Forwarded_For=address)[0]


def test_behind_a_proxy_nobody_waits_for_the_wrong_codes_of_another(served: Served) -> None:
    web = served(1)
    assert [guess(web, "192.0.2.1") for _ in range(FREE_TRIES + 1)][-1] == TOO_MANY
    assert guess(web, "192.0.2.77") != TOO_MANY
    # The last address is the proxy's word; what stands before it a client may have written.
    assert guess(web, "192.0.2.77, 192.0.2.1") == TOO_MANY


def test_where_no_proxy_stands_nobody_is_another_by_a_header_of_their_own(served: Served) -> None:
    web = served(0)
    found = [guess(web, f"192.0.2.{number % 200}") for number in range(FREE_TRIES + 1)]
    assert found[-1] == TOO_MANY


@pytest.mark.parametrize("proxies", [0, 1])
def test_what_came_by_a_proxy_does_not_read_the_metrics(served: Served, proxies: int) -> None:
    web = served(proxies)
    assert ask(web, "GET", "/metrics")[0] == 200
    for address in ("192.0.2.1", "127.0.0.1", "192.0.2.1, 127.0.0.1"):
        assert ask(web, "GET", "/metrics", X_Forwarded_For=address)[0] == 404
