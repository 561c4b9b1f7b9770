"""How long is tested: as every day, or longer, on `make test-long`."""

from __future__ import annotations

import os

from hypothesis import settings

IS_LONG = bool(os.environ.get("JIANFU_TEST_LONG"))


def at_most(examples: int, longer: int) -> None:
    """How many examples a property is given that does not say so itself; none is failed for being slow."""
    settings.register_profile("jianfu", max_examples=longer if IS_LONG else examples, deadline=None)
    settings.load_profile("jianfu")
