"""`python -m survey COMMAND`: the program's own commands, without Flask's beside them.

`deploy/jianfu` calls it, and says under which name; `flask --app survey` has Flask's for whoever develops too.
"""

from __future__ import annotations

import os

from flask.cli import FlaskGroup

from survey import create_app
from survey.calling import CALLED_AS

SAID = "Jianfu 减负: short anonymous questionnaires, and what a school's plan asks of families."

if __name__ == "__main__":
    house = FlaskGroup(create_app=create_app, add_default_commands=False, add_version_option=False, help=SAID)
    house.params.clear()  # which app, with what environment: of this one there is no question
    house.main(prog_name=os.environ.get(CALLED_AS) or "python -m survey")
