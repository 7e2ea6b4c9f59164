"""Every address of the portal keeps the house rules; a new one is checked without being named here."""

import inspect
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from portal.identity.permissions import Permission
from portal.settings import Settings

SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TYPED = re.compile(r"\{\w+:(str|uuid|path|int|date)\}")


@pytest.fixture(scope="module")
def handlers(application: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    return list(walk(application))


def walk(application: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.fn.__module__.startswith("portal."):
                yield route.path_format, handler


def test_there_are_addresses(handlers):
    assert len(handlers) > 20


def test_every_handler_names_its_permission_itself(handlers):
    for path, handler in handlers:
        permission = handler.opt.get("permission")
        assert permission in set(Permission), f"{path}: opt={{'permission': Permission...}}"


def test_everything_that_changes_something_names_a_right_of_its_own(handlers):
    reading = {Permission.SIGNED_IN} | {permission for permission in Permission if permission.endswith(":read")}
    for path, handler in handlers:
        if handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
            assert handler.opt["permission"] not in reading, f"{path} changes something under a right to read"


def test_addresses_are_kebab_case_nouns_with_typed_parameters(application):
    for route in application.routes:
        for part in filter(None, route.path.split("/")):
            assert SEGMENT.fullmatch(part) or TYPED.fullmatch(part), route.path


def test_only_machines_and_static_files_go_without_the_token_against_forged_posts(handlers):
    free = {
        path
        for path, handler in handlers
        if handler.opt.get("exclude_from_csrf") and handler.http_methods - {"GET", "HEAD"}
    }
    assert free <= {"/abmelden/verzeichnis"}


def test_handlers_take_no_database_into_their_own_hands(handlers):
    for path, handler in handlers:
        source = inspect.getsource(handler.fn)
        assert not re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b|<[a-z]+>|execute\(", source), path


def test_settings_document_every_variable():
    assert all(field.description for field in Settings.model_fields.values())
