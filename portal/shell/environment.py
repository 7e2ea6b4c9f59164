"""Jinja environments: one a language, all templates compiled before the first request.

One environment a language makes ``_()`` a plain function, in macros too, that nobody has to hand through.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from portal.shell.dates import filters
from portal.shell.i18n import Language

TEMPLATES = Path(__file__).parent / "templates"


class _CompiledOnce(BytecodeCache):
    """Lets the second language use what the first one compiled: code does not depend on the language."""

    def __init__(self) -> None:
        self.codes: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.code


def build_environments(
    languages: Iterable[Language], folders: Iterable[Path], globals_: Mapping[str, Any]
) -> dict[str, Environment]:
    """An environment for each language, by its code; every template is compiled and so checked for syntax."""
    compiled = _CompiledOnce()
    paths = [*folders, TEMPLATES]
    return {language.code: _environment(language, paths, globals_, compiled) for language in languages}


def _environment(
    language: Language, folders: list[Path], globals_: Mapping[str, Any], compiled: BytecodeCache
) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=compiled,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.filters.update(filters(language.code))
    environment.globals.update(globals_)
    environment.globals.update(
        _=language.say,
        _n=language.count,
        gettext=_marked(language.gettext),
        ngettext=_marked_plural(language.ngettext),
        lang=language.code,
        ui=(ui := SimpleNamespace()),
    )
    names = sorted(name for name in environment.list_templates() if name.endswith((".html", ".txt")))
    for name in names:
        environment.get_template(name)
    for name in names:
        if name.startswith("ui/"):
            _collect(environment.get_template(name).module, ui)
    return environment


def _collect(module: object, ui: SimpleNamespace) -> None:
    for name, macro in vars(module).items():
        if isinstance(macro, Macro):
            setattr(ui, name, _with_token(macro) if "csrf_token" in macro.arguments else macro)


def _with_token(macro: Macro) -> Callable[..., str]:
    """A macro that posts something takes the token from the page that calls it.

    Inside another macro there is no page: such a macro declares ``csrf_token`` too and hands it on.
    """

    @pass_context
    def call(context: Context, *arguments: Any, **named: Any) -> str:
        if "csrf_token" not in named:
            named["csrf_token"] = context["csrf_token"]
        return macro(*arguments, **named)

    return call


def _marked(gettext: Callable[[str], str]) -> Callable[..., Markup]:
    def trans(text: str, **values: object) -> Markup:
        return Markup(gettext(text)) % values  # noqa: S704 - the text of a trans block is the template's own

    return trans


def _marked_plural(ngettext: Callable[[str, str, int], str]) -> Callable[..., Markup]:
    def trans(one: str, many: str, number: int, **values: object) -> Markup:
        return Markup(ngettext(one, many, number)) % values  # noqa: S704

    return trans
