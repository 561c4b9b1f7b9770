"""What a PostgreSQL that holds a store must be told to keep, and what not to: looked at by `flask check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

Settings = Mapping[str, tuple[tuple[str, ...], str]]
OF_EACH = "its log would tell of each statement, with the time."
# Name → the values that keep no trace of what came when, and what the others do.
TRACELESS_SETTINGS: Settings = {
    "track_commit_timestamp": (("off",), "the server would keep when each answer was stored."),
    "log_statement": (("none", "ddl"), "the server would write each statement into its log."),
    "log_min_duration_statement": (("-1",), "slow statements would stand in its log, with the time."),
    "log_min_duration_sample": (("-1",), "some slow statements would stand in its log, with the time."),
    "log_transaction_sample_rate": (("0",), "the statements of some transactions would stand in its log."),
    "log_duration": (("off",), "its log would tell when each statement was done."),
    "log_lock_waits": (("off",), "its log would tell who waited for whom, and when."),
    "log_min_error_statement": (("panic",), "a statement that fails would stand in its log, with the time."),
    "log_error_verbosity": (("terse",), "the detail of an error holds values, such as the hash of a receipt."),
    "log_parameter_max_length_on_error": (("0",), "what was to be stored would stand in its log after an error."),
    "debug_print_parse": (("off",), OF_EACH),
    "debug_print_rewritten": (("off",), OF_EACH),
    "debug_print_plan": (("off",), OF_EACH),
    "log_parser_stats": (("off",), OF_EACH),
    "log_planner_stats": (("off",), OF_EACH),
    "log_executor_stats": (("off",), OF_EACH),
    "log_statement_stats": (("off",), OF_EACH),
    "archive_mode": (("off",), "the archive would keep every step, with answers that are deleted since."),
}
# The same of what outlives the power.
LASTING_SETTINGS: Settings = {
    "fsync": (("on",), "what was thanked for is lost when the power fails, and the store may be damaged."),
    "full_page_writes": (("on",), "a store may be damaged when the power fails."),
    "synchronous_commit": (
        ("on", "remote_apply", "remote_write", "local"),
        "answers that were thanked for are lost when the server dies.",
    ),
}
# Of libraries that a server may have loaded, whoever loads them: what one that is not there would say is not asked.
TRACELESS_SETTINGS_OF_LIBRARIES: Settings = {
    "auto_explain.log_min_duration": (("-1",), "slow statements would stand in its log, with values and time."),
    "pgaudit.log": (("none",), "the statements that it names would stand in its log, with values and time."),
    "pgaudit.role": (("",), "what may be done by that role would stand in its log, with values and time."),
}
STANDBYS = "synchronous_standby_names"


def that_keep_traces(store: str, connection: Connection) -> Iterator[str]:
    """What keeps when something came, of the server and of the libraries that it has loaded."""
    yield from set_otherwise(store, connection, TRACELESS_SETTINGS)
    yield from set_otherwise(store, connection, TRACELESS_SETTINGS_OF_LIBRARIES)


def that_lose(store: str, connection: Connection) -> Iterator[str]:
    """What may lose an answer that was thanked for, at once or when a standby takes over."""
    yield from set_otherwise(store, connection, LASTING_SETTINGS)
    if _found(connection, STANDBYS) and _found(connection, "synchronous_commit") == "local":
        yield (
            f"{store}: synchronous_commit is local, so {STANDBYS} is waited for by nobody; answers that were thanked "
            "for are lost when a standby takes over. Run on it: alter system set synchronous_commit = 'on'; restart it."
        )


def set_otherwise(store: str, connection: Connection, wanted: Settings) -> Iterator[str]:
    """What a PostgreSQL is told otherwise than wanted; a setting that it does not know is passed over."""
    for name, (sound, why) in wanted.items():
        found = _found(connection, name)
        if found is not None and found not in sound:
            yield f"{store}: {name} is {found}; {why} Run on it: alter system set {name} = '{sound[0]}'; restart it."


def _found(connection: Connection, name: str) -> str | None:
    found: str | None = connection.execute(text("select current_setting(:name, true)"), {"name": name}).scalar()
    return found
