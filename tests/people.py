"""People who answer a questionnaire over real connections, and send again what was not answered, as a page does."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from survey.questionnaire import built_in

QUESTIONNAIRE = built_in()["pupil_younger"]
# Asked of everybody, so that their choices tell one person's answer from another's.
TELLING = ("screen_yesterday", "check_ins", "uploads", "adult_beside", "bedtime")
CHOICES = {q.name: [c.name for c in q.choices] for q in QUESTIONNAIRE.questions if q.name in TELLING}
GIVE_UP_SECONDS = 120
FIELDS = re.compile(r'<(?:input|textarea)[^>]* name="(\w+)"')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a code, or at an open link; what they mean to say tells them from everybody else."""

    number: int
    door: tuple[str, Mapping[str, str]]  # the first address, and what is sent there

    @property
    def choices(self) -> Mapping[str, str]:
        """The choices that this person makes of the telling questions."""
        chance = random.Random(self.number)
        return {name: chance.choice(names) for name, names in CHOICES.items()}

    @property
    def words(self) -> str:
        """A remark that nobody else makes."""
        return f"person {self.number}"


@dataclass
class Crowd:
    """People on several connections at once; who has read a thank-you, and what else the server said."""

    port: int
    thanked: list[Person] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, people: Iterator[Person], connections: int) -> list[threading.Thread]:
        """Let them come, one after the other on each connection, until the crowd is over."""
        lock = threading.Lock()

        def next_one() -> Person | None:
            with lock:
                return None if self.over.is_set() else next(people, None)

        threads = [threading.Thread(target=self._one_connection, args=(next_one,)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        return threads

    def wait_for(self, answers: int) -> None:
        """Wait until the server has said something so many times more."""
        until = sum(self.statuses.values()) + answers
        while sum(self.statuses.values()) < until and not self.failures:
            time.sleep(0.005)

    def _one_connection(self, next_one: Callable[[], Person | None]) -> None:
        visitor = Visitor(self)
        with closing(visitor.connection):
            while person := next_one():
                try:
                    visitor.walk(person)
                except AssertionError as failure:
                    self.failures.append(f"{person.words}: {failure}")
                    return
                self.thanked.append(person)


class Visitor:
    """One connection, on which everything is sent again until it is answered."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.connection = http.client.HTTPConnection("127.0.0.1", crowd.port, timeout=10)

    def walk(self, person: Person) -> None:
        """From the door to the thank-you."""
        address, sent = person.door
        status, said = self.post(address, sent)
        for _ in range(2 * len(QUESTIONNAIRE.pages)):
            if status == 303 and "/thanks" in said:
                return
            state = re.search(r'name="state" value="([^"]+)"', said)
            assert state, f"{status} {said[:2000]}"
            named = set(FIELDS.findall(said))
            answers = {name: choice for name, choice in person.choices.items() if name in named}
            remark = {"comment": person.words} if "comment" in named else {}
            status, said = self.post("/answer", {"state": state[1], "do": "next", **answers, **remark})
        raise AssertionError("no thank-you")

    def post(self, address: str, sent: Mapping[str, str]) -> tuple[int, str]:
        """Status, and page or where it leads; tried until the server says something final."""
        until = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < until:
            try:
                status, said = self._try(address, sent)
            except (OSError, http.client.HTTPException):
                self.connection.close()
            else:
                self.crowd.statuses[status] = self.crowd.statuses.get(status, 0) + 1
                if status < 500:
                    return status, said
            time.sleep(random.uniform(0.02, 0.1))
        raise AssertionError(f"no answer from {address}")

    def _try(self, address: str, sent: Mapping[str, str]) -> tuple[int, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", address, urllib.parse.urlencode(sent), headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        return answer.status, answer.headers.get("Location", "") if answer.status == 303 else page
