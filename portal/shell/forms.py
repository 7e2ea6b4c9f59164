"""Forms, declared once: what is asked, how it is checked, what is said when it does not fit.

    class BallotForm(Form):
        choice = Choice("Ihre Entscheidung", options=OPTIONS, required="Bitte wählen Sie eine Antwort aus.")
        reason = LongText("Begründung", limit=2000)

    form = await BallotForm.of(request)
    if form.ok:
        await cast_ballot(choice=form.choice, reason=form.reason, ...)

Whatever was typed is kept in ``form.raw``. Errors are German sentences, at most one a field, in the order of the form.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from litestar import Request

from portal.kit.errors import Invalid
from portal.shell.fields import (
    Checkbox,
    Choice,
    Date,
    Field,
    Integer,
    LongText,
    Options,
    Problem,
    Raw,
    Select,
    Text,
)
from portal.shell.i18n import Sentence

__all__ = ["BoundField", "Checkbox", "Choice", "Date", "Form", "Integer", "LongText", "Select", "Text"]

WHOLE = ""  # the key of errors that belong to no single field


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field with what was typed and what is wrong with it: all that a macro needs."""

    field: Field[Any]
    name: str
    id: str
    raw: str
    error: str | None
    options: Options

    @property
    def described_by(self) -> str:
        """The ids of help and error, for aria-describedby."""
        return " ".join([f"{self.id}-hilfe"] * bool(self.field.help) + [f"{self.id}-fehler"] * bool(self.error))


class Form:
    """Base of all forms; the class attributes that are fields make the form, in their order."""

    fields: ClassVar[dict[str, Field[Any]]] = {}
    id: ClassVar[str] = ""  # prefix of ids when a page shows several forms with fields of the same name

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        if taken := own.keys() & {*vars(Form), "raw", "options", "value", "errors"}:
            raise TypeError(f"{cls.__name__}: a form itself uses the name {', '.join(sorted(taken))}")
        cls.fields = {**cls.fields, **own}

    def __init__(self, raw: Mapping[str, str], options: Mapping[str, Options] | None = None) -> None:
        self.raw = dict(raw)
        self.options = {name: field.choices for name, field in self.fields.items()} | dict(options or {})
        self.value: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    @classmethod
    def blank(cls, *, options: Mapping[str, Options] | None = None, **initial: Any) -> Self:
        """The form at first sight, with initial values by name."""
        unknown = initial.keys() - cls.fields.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
        return cls({name: cls.fields[name].write(value) for name, value in initial.items()}, options)

    @classmethod
    def read(cls, data: Mapping[str, Raw], *, options: Mapping[str, Options] | None = None) -> Self:
        """The form as it was sent in; anything that is not one of its fields is ignored."""
        form = cls({name: field.typed(data.get(name)) for name, field in cls.fields.items()}, options)
        for name, field in cls.fields.items():
            try:
                form.value[name] = field.parse(form.raw[name], form.options[name])
            except Problem as problem:
                form.errors[name] = problem.sentence
        if not form.errors:
            form.check()
        return form

    @classmethod
    async def of(cls, request: Request[Any, Any, Any], *, options: Mapping[str, Options] | None = None) -> Self:
        """The form in the body of a request."""
        return cls.read(await request.form(), options=options)

    def check(self) -> None:
        """Rules over several fields; called when each field is right by itself. Calls ``fail``."""

    @property
    def ok(self) -> bool:
        """Whether everything asked was answered as it should be."""
        return not self.errors

    def fail(self, field: str | None, sentence: str, /, **values: object) -> None:
        """Say what is wrong with a field, or (None) with the form as a whole."""
        if field is not None and field not in self.fields:
            raise KeyError(field)
        self.errors.setdefault(field or WHOLE, Sentence(sentence, **values) if values else sentence)

    def refuse(self, problem: Invalid) -> None:
        """Show what an action found wrong; a field that the form does not have makes it an error of the whole."""
        self.fail(problem.field if problem.field in self.fields else None, problem.message)

    def __getitem__(self, name: str) -> BoundField:
        prefix = f"{self.id}-" if self.id else ""
        return BoundField(
            field=self.fields[name],
            name=name,
            id=f"{prefix}{name}",
            raw=self.raw.get(name, ""),
            error=self.errors.get(name),
            options=self.options[name],
        )

    def __iter__(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields)

    def problems(self) -> Iterable[tuple[str | None, str, str]]:
        """For the summary on top: (id to jump to or None, label, sentence), in the order of the form."""
        if WHOLE in self.errors:
            yield None, "", self.errors[WHOLE]
        for name in self.fields:
            if name in self.errors:
                yield self[name].id, self.fields[name].label, self.errors[name]
