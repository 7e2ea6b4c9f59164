"""The settings of a `hilfenetz up` that runs in this folder, for commands given in another window."""

import json
import os

from portal.local.state import default_folder
from portal.settings import settings


def borrow_settings() -> bool:
    """Take them where none are given; gives back whether there was something to take."""
    path = default_folder() / "environment.json"
    if os.environ.get("DATABASE_URL") or not path.exists():
        return False
    for name, value in json.loads(path.read_text()).items():
        os.environ.setdefault(name, value)
    settings.cache_clear()
    return True
