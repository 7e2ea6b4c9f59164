"""`hilfenetz secrets`: the files docker-compose.yml hands to its containers, each with a password of its own."""

import secrets
from pathlib import Path

_DATABASE, _REDIS = "database/hilfenetz", "redis:6379/0"
_ROLES = {"owner": "owner_database_url", "app": "database_url", "worker": "worker_database_url"}
_ROLES |= {"auditor": "auditor_database_url"}


def write(folder: Path) -> list[str]:
    """Write what is missing; gives back the names of the new files. Existing ones are never changed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = {name: _keep(folder, name) for name in ("owner_password", "redis_password")}
    contents = {name: _random() for name in ("postgres_password", "directory_admin_password", "oidc_client_secret")}
    contents |= {"secret_key": _random(), **passwords, "redis_url": f"redis://:{passwords['redis_password']}@{_REDIS}"}
    for role, name in _ROLES.items():
        password = passwords["owner_password"] if role == "owner" else _random()
        contents[name] = f"postgresql://hilfenetz_{role}:{password}@{_DATABASE}"
    written = [name for name in sorted(contents) if not (folder / name).exists()]
    for name in written:
        (folder / name).write_text(contents[name])
        (folder / name).chmod(0o444)  # the container's user reads it; on this machine the folder keeps others out
    return written


def _keep(folder: Path, name: str) -> str:
    """A password that stands in two files must stay the same in both."""
    path = folder / name
    return path.read_text() if path.exists() else _random()


def _random() -> str:
    return secrets.token_urlsafe(36)
