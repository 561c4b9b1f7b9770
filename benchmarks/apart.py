"""What is measured in a process of its own, so that its highest memory is that of the work alone."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def measured(module: str, *told: object) -> Any:
    """What a module of the benchmarks prints as JSON when it is run. Raises CalledProcessError where it fails."""
    call = [sys.executable, "-m", f"benchmarks.{module}", *map(str, told)]
    return json.loads(subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True).stdout)
