"""Jinja environments: one a language, all templates compiled before the first request.

One environment a language makes ``_()`` a plain function, in macros too, that nobody has to hand through.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import BuiltinMethodType, FunctionType, MethodType, SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal.shell.compiled import Compiled
from portal.shell.dates import filters
from portal.shell.i18n import DEFAULT, Language, po_path
from portal.shell.static import Assets

TEMPLATES = Path(__file__).parent / "templates"

_SPECIAL = re.compile("[&<>\"']").search


class _Kept:
    """A macro whose text for plain arguments is made once: it depends on nothing else."""

    __slots__ = ("macro", "texts")
    LIMIT = 256  # texts; then it begins anew
    PLAIN = frozenset({str, Markup, int, bool, type(None)})

    def __init__(self, macro: Macro) -> None:
        self.macro = macro
        self.texts: dict[tuple[object, ...], str] = {}

    def __call__(self, *arguments: Any, **named: Any) -> str:
        kinds = (*map(type, arguments), *map(type, named.values()))  # 1 is not True, nor "&" the Markup "&"
        if not self.PLAIN.issuperset(kinds):
            return self.macro(*arguments, **named)
        key = (arguments, kinds, *named.items())
        if (text := self.texts.get(key)) is None:
            text = self.macro(*arguments, **named)
            if len(self.texts) >= self.LIMIT:
                self.texts.clear()
            self.texts[key] = text
        return text


_PLAIN = (_Kept, Macro, FunctionType, MethodType, BuiltinMethodType)


class _Constants(NodeTransformer):
    """Says at compile time what does not depend on the request: a page asks for some thirty constant texts."""

    def __init__(self, functions: Mapping[str, Callable[[str], str]]) -> None:
        self.functions = functions

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's protocol
        self.generic_visit(node)
        plain = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if plain and isinstance(node.node, nodes.Name) and node.node.name in self.functions:
            argument = node.args[0]
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                return nodes.Const(self.functions[node.node.name](argument.value), lineno=node.lineno)
        return node


class _Inclusions(NodeTransformer):
    """Puts a fragment in the place of the ``include`` that names it: a list includes one for each of its rows, and each
    would begin with a copy of everything that is known."""

    def __init__(self, environment: "HouseEnvironment") -> None:
        self.environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - the visitor's protocol
        if not isinstance(node.template, nodes.Const) or node.ignore_missing or not node.with_context:
            return node
        name = node.template.value
        source, filename, _ = self.environment.loader.get_source(self.environment, name)  # type: ignore[union-attr]
        fragment = self.environment.parse(source, name, filename)
        if next(fragment.find_all((nodes.Extends, nodes.Block)), None):
            return node
        return nodes.Scope(fragment.body, lineno=node.lineno)


class _QuickCode(CodeGenerator):
    """Writes outputs through ``quick``: what is only going to be joined need not become Markup first."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.quick(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - the visitor's protocol
        """As Jinja does it, with a look at the attribute first: no call, and no exception for what is an item."""
        found, holder = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr(({holder} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr({holder}, {node.attr!r}))")


class _QuickContext(Context):
    """Calls macros, functions and methods without looking for what they do not want."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's names
        if __obj.__class__ in _PLAIN and not hasattr(__obj, "jinja_pass_arg"):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)


def _quick(value: object) -> str:
    """The text of a value with ``&<>"'`` escaped; the same text as ``escape`` gives, seldom as Markup."""
    if type(value) is str:
        return value if _SPECIAL(value) is None else escape(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


class HouseEnvironment(Environment):
    """Jinja that folds the functions of ``constant`` where they are called with a constant, and hurries elsewhere."""

    code_generator_class = _QuickCode
    context_class = _QuickContext
    quick = staticmethod(_quick)
    constant: Mapping[str, Callable[[str], str]]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = super()._parse(source, name, filename)
        for change in (_Inclusions(self), _Constants(self.constant)):
            tree = change.visit(tree)
        return tree


def build_environments(
    languages: Iterable[Language], folders: Iterable[Path], assets: Assets
) -> dict[str, Environment]:
    """An environment for each language, by its code; every template is compiled and so checked for syntax."""
    paths = [*folders, TEMPLATES]
    return {language.code: _environment(language, paths, assets) for language in languages}


def _environment(language: Language, folders: list[Path], assets: Assets) -> Environment:
    said = [] if language.code == DEFAULT else [po_path(language.code)]
    compiled = Compiled(language.code, folders, [assets.version, *said])
    environment = HouseEnvironment(
        loader=FileSystemLoader(folders),
        bytecode_cache=compiled,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.constant = {"_": language.say, "asset": assets.url}
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.filters.update(filters(language.code))
    environment.globals.update(environment.constant)
    environment.globals.update(
        _n=language.count,
        gettext=_marked(language.gettext),
        ngettext=_marked_plural(language.ngettext),
        lang=language.code,
        ui=(ui := SimpleNamespace()),
    )
    names = sorted(name for name in environment.list_templates() if name.endswith((".html", ".txt")))
    for name in names:
        environment.get_template(name)
    compiled.save()
    for name in names:
        if name.startswith("ui/"):
            _collect(environment.get_template(name).module, ui)
    return environment


def _collect(module: object, ui: SimpleNamespace) -> None:
    for name, macro in vars(module).items():
        if isinstance(macro, Macro):
            setattr(ui, name, _with_token(macro) if "csrf_token" in macro.arguments else _Kept(macro))


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
