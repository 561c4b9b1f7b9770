"""What Jianfu is held to. Nothing here has to do with an installation of this machine.

Where its settings are in the environment, as on a server, tests and benchmarks would write into its stores.
"""

import os

from survey.config import SETTINGS

for setting in SETTINGS:
    os.environ.pop(setting, None)
