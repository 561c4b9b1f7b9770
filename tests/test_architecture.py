"""The rooms and the arrows between them: who may import whom."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
THERE = {path.stem for path in (HERE / "survey").glob("*.py")} | {
    path.parent.name for path in (HERE / "survey").glob("*/__init__.py")
}

# What every room may use: the stores, the settings, the keys, and the words and language of the pages.
GROUND = {
    "calling",
    "collecting",
    "config",
    "day",
    "db",
    "disturbed",
    "keyring.keys",
    "keyring.pages_keys",
    "keyring.rotation",
    "language",
    "one_at_a_time",
    "page_style",
    "pooled",
    "post_origin",
    "qr_code",
    "stores.direct",
    "stores.store_address",
    "tries",
    "typed_code",
    "whole_file",
    "within_reach",
    "words",
}
# What stands in survey/ beside the rooms, and what each may use: of what is for everybody, none knows a story.
BESIDE: dict[str, set[str]] = {
    "answer_store": {"db"},
    "calling": {"estimator"},  # how a place is written
    "collecting": set(),
    "config": {"stores.store_address", "within_reach"},
    "day": set(),
    "db": {"config", "stores.bounded", "stores.engines", "stores.together", "stores.turns"},
    "disturbed": {"language", "logs", "try_again"},
    "home": {"page_style", "stores.pulse"},
    "language": {"config", "whole_file", "within_reach"},
    "legend": {"questionnaire"},  # what the bits of an answer say
    "logs": {"config"},
    "look": {"words"},
    "nul": set(),
    "one_at_a_time": {"within_reach"},
    "page_address": set(),
    "page_style": set(),
    "pooled": set(),
    "post_origin": set(),
    "promise": {"page_style"},
    "qr_code": set(),
    "tries": set(),
    "try_again": {"config", "page_style"},
    "typed_code": set(),
    "whole_file": {"within_reach"},
    "within_reach": set(),
    "__main__": {"calling"},
}
# Of these rooms every module is named by itself: most of them are for their own room and for the upkeep alone.
BY_MODULE = {"door", "keyring", "stores"}
OF_BOTH_DESKS = {
    "release",
    "results",
    "charts",
    "estimator",
    "staff",
    "planning",
    "campaign",
    "notice",
    "assistance",  # its counts alone, as a test below says
}
ARROWS: dict[str, set[str]] = {
    "questionnaire": set(),
    "ballot": {"legend", "questionnaire", "stores.prepared_statement"},
    "answering": {"questionnaire", "ballot", "look"},
    "release": {"legend", "questionnaire", "estimator"},
    "staff": set(),
    # Requests by name never meet an answer: neither what holds answers, nor what is made of them.
    "assistance": {"staff", "keyring.key_marks"},
    "charts": set(),
    "results": {"release", "charts", "staff", "campaign", "page_address"},
    # The clauses' words are found from plans, releases and counts that others bring.
    "notice": {"release", "results", "questionnaire", "estimator"},
    "workbook": {"release", "estimator", "notice", "questionnaire"},
    "roster": {"staff", "estimator"},
    "planning": {"staff", "estimator", "charts", "release", "campaign"},
    "campaign": {"ballot", "questionnaire", "staff"},
    "school": OF_BOTH_DESKS,
    "bureau": OF_BOTH_DESKS
    | {
        "workbook",
        "roster",
        "school",  # whose pages follow a figure to its source
    },
    # Beneath the rooms of the stories: what is here knows of no question and no answer.
    "words": {"estimator"},  # its measures and units
    "stores": set(),
    "keyring": set(),
    "door": {"try_again"},
    "upkeep": {
        "ballot",
        "planning",
        "staff",
        "assistance",  # its counts alone, as a test below says
        "door.serving",
        "keyring.key_copies",
        "stores.engines",
        "stores.pulse",
        "stores.schema",
    },
}
# What other rooms may import of the assistance room: numbers, no request.
OF_ASSISTANCE = {"survey.assistance.counts"}
# Whoever reads answers before they are protected breaks the promise to respondents.
READERS_OF_ANSWERS = {"ballot/mixing.py", "ballot/writing.py", "release/tabulate.py"}


def modules_imported(path: Path) -> set[str]:
    """Everything that a module imports, by its full name; of `from x import y` both x and x.y."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def rooms_imported(path: Path) -> set[str]:
    """The rooms and modules of survey/, and `estimator`, that a module imports."""
    found = set()
    for module in modules_imported(path):
        first, *parts = module.split(".")
        if first == "estimator":
            found.add("estimator")
        elif first == "survey" and parts and parts[0] in THERE:
            found.add(".".join(parts[: 2 if parts[0] in BY_MODULE else 1]))
    return found - BY_MODULE  # `from survey.stores import engines` names the room too


def of_room(room: str) -> list[Path]:
    """Its modules."""
    return sorted((HERE / "survey" / room).rglob("*.py"))


@pytest.mark.parametrize("room", sorted(ARROWS))
def test_a_room_imports_only_what_its_arrows_allow(room: str) -> None:
    allowed = ARROWS[room] | GROUND
    for path in of_room(room):
        beyond = {each for each in rooms_imported(path) - allowed if each.partition(".")[0] != room}
        if str(path.relative_to(HERE / "survey")) in READERS_OF_ANSWERS:
            beyond -= {"answer_store"}
        assert not beyond, f"{path.relative_to(HERE)} imports {', '.join(sorted(beyond))}"


@pytest.mark.parametrize("module", sorted(BESIDE))
def test_a_module_beside_the_rooms_imports_only_what_its_arrows_allow(module: str) -> None:
    assert rooms_imported(HERE / f"survey/{module}.py") <= BESIDE[module]


def test_no_arrow_is_left_that_nobody_goes() -> None:
    gone = {(room, each) for room in ARROWS for path in of_room(room) for each in rooms_imported(path)}
    gone |= {(module, each) for module in BESIDE for each in rooms_imported(HERE / f"survey/{module}.py")}
    assert {(place, each) for place, named in (ARROWS | BESIDE).items() for each in named} <= gone
    assert {each for _place, each in gone} >= GROUND


def test_what_arrows_name_is_there() -> None:
    named = GROUND.union(*ARROWS.values(), *BESIDE.values()) - {"estimator"}
    assert {each for each in named if each.partition(".")[0] not in THERE} == set()
    inner = [each.replace(".", "/") for each in named if "." in each]
    assert [each for each in inner if not (HERE / f"survey/{each}.py").is_file()] == []


def test_every_room_and_module_has_its_arrows() -> None:
    rooms = {path.parent.name for path in (HERE / "survey").glob("*/__init__.py")}
    assert rooms - {"demo"} == set(ARROWS)
    # The first module opens the rooms, all of them.
    assert {path.stem for path in (HERE / "survey").glob("*.py")} - {"__init__"} == set(BESIDE)


def test_only_the_mixer_and_the_tabulator_touch_answers() -> None:
    readers = {
        str(path.relative_to(HERE / "survey"))
        for path in (HERE / "survey").rglob("*.py")
        if "answer_store" in rooms_imported(path) and path.parent.name != "survey"
    }
    assert readers <= READERS_OF_ANSWERS


def test_other_rooms_read_counts_of_assistance_and_no_request() -> None:
    for path in (HERE / "survey").rglob("*.py"):
        room = path.relative_to(HERE / "survey").parts[0]
        if room in ("assistance", "demo", "__init__.py"):  # the demo makes requests; __init__ opens the rooms
            continue
        found = {name for name in modules_imported(path) if name.startswith("survey.assistance")} - {
            "survey.assistance"
        }
        assert not {name for name in found if not any(name.startswith(counts) for counts in OF_ASSISTANCE)}, path


def test_the_estimator_knows_of_no_page_and_no_database() -> None:
    for path in (HERE / "estimator").rglob("*.py"):
        modules = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not modules & {"flask", "flask_babel", "sqlalchemy", "survey", "wtforms"}, path.name


def test_what_is_out_of_reach_is_nowhere_taken_for_missing() -> None:
    asking = re.compile(r"\.(exists|is_file)\(\)")  # which answer no for that, from Python 3.14 on
    assert [file.name for file in (HERE / "survey").rglob("*.py") if asking.search(file.read_text("utf-8"))] == []


def test_the_command_to_set_up_needs_the_standard_library_alone() -> None:
    import sys

    tree = ast.parse((HERE / "run.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
