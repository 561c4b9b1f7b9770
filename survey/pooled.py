"""What stands for the grade or the school of answers that were too few to be mixed among themselves."""

from __future__ import annotations

OTHER_GRADES = 0
OTHER_SCHOOLS = ""
