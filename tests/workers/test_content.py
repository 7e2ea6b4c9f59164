"""A worker knows every type of content: whatever it is told about an item it has to be able to read."""

import json
import subprocess
import sys
from pathlib import Path

from portal import app
from portal.spaces.types import all_types

ROOT = Path(__file__).resolve().parents[2]
ASKED = (
    "import json; from workers import app; from portal.spaces.types import all_types; "
    "print(json.dumps([declared.name for declared in all_types()]))"
)


def test_a_worker_of_its_own_knows_all_types_of_content():
    found = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True)
    known = json.loads(found.stdout)
    assert app.FEATURES
    assert sorted(known) == sorted(declared.name for declared in all_types())
    assert "folder" in known
