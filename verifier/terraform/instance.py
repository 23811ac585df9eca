"""Module instances: what each name in one instance of a module stands for, worked out on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from verifier.hcl.frozen import field, frozen
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY
from verifier.hcl.values import JSON, Value, unknown
from verifier.terraform.addresses import below
from verifier.terraform.bound import Bindings, Following
from verifier.terraform.calls import CallArguments, CallExpansion, broken_call, expand_call
from verifier.terraform.declarations import literal_flag
from verifier.terraform.expand import Budget, Member
from verifier.terraform.memo import Asked, Memo
from verifier.terraform.module import Call, Module, ModuleSource
from verifier.terraform.plan import Absent, Held, Planned, Presence, Variable
from verifier.terraform.resources import ResourceExpansion, broken_resource, expand_resource, relative_address
from verifier.terraform.scope import Context
from verifier.terraform.variable_values import Passed, broken_variable, variable_of
from verifier.terraform.variables import VariableDeclaration


@frozen(kw_only=True)
class Run:
    """What holds for a whole evaluation."""

    root: Path
    files_root: Path
    short_circuit: bool
    workspace: str
    bindings: Bindings
    following: Following | None = None
    followed: dict[str, JSON] = field(default_factory=dict)
    """What `following` has told so far, by absolute address."""
    ephemeral: bool = False
    """Whether any variable is declared ephemeral, so that somebody has to look where it ends up."""
    imported: dict[str, Value] = field(default_factory=dict)
    """The ids of what import blocks take in, by address."""
    held: dict[str, Held] = field(default_factory=dict)
    """How the conditions of what states some went, by address."""
    asked: Asked = field(default_factory=Asked)
    budget: Budget = field(default_factory=Budget)


class Giver(Protocol):
    """Whoever gives a module instance its variables: the settings of the run, or a module call."""

    def passed(self, declaration: VariableDeclaration) -> Passed | None:
        """The value given to a variable, or None."""

    def missing(self, declaration: VariableDeclaration, address: str) -> Diagnostic | None:
        """What to say when none is given and there is no default; None when it has been said."""


class ModuleInstance:
    """One instance of a module. `standing` is its own presence: below an absent call, nothing is planned."""

    def __init__(
        self,
        run: Run,
        module: Module,
        address: str,
        giver: Giver,
        standing: Presence,
        diagnostics: list[Diagnostic],
    ) -> None:
        self.run = run
        self.module = module
        self.address = address
        self.giver = giver
        self.standing = standing
        self.diagnostics = diagnostics
        self._context = Context(self)
        self._variables: Memo[Variable] = Memo(run.asked, diagnostics)
        self._values: Memo[Value] = Memo(run.asked, diagnostics)
        self._resources: Memo[ResourceExpansion] = Memo(run.asked, diagnostics)
        self._calls: Memo[CallExpansion] = Memo(run.asked, diagnostics)

    @property
    def content(self) -> ModuleSource:
        """What the module's files declare."""
        return self.module.content

    @property
    def title(self) -> str:
        """The module instance in words."""
        return self.address or "the root module"

    @property
    def planned(self) -> bool:
        """Whether the instance itself exists once the configuration is applied."""
        return isinstance(self.standing, Planned)

    def address_of(self, relative: str) -> str:
        """The absolute address of something in this instance."""
        return below(self.address, relative)

    def unread(self, name: str) -> Value:
        """The unknown that a name stands for when the file that may declare it could not be read."""
        return unknown(ANY, f"{name} could not be read: {', '.join(self.content.unsound)} has errors")

    def missing(self, declaration: VariableDeclaration) -> str:
        """Note that a required variable has no value; returns why its value is unknown."""
        address = self.address_of(f"var.{declaration.name}")
        said = self.giver.missing(declaration, address)
        if said is not None:
            self.diagnostics.append(said)
        return f"required variable {declaration.name} has no value"

    def below(self, target: Module, address: str, call: Call, member: Member, presence: Presence) -> ModuleInstance:
        """An instance of a module that this one calls. Below what is absent, errors are nobody's."""
        diagnostics: list[Diagnostic] = [] if isinstance(presence, Absent) else self.diagnostics
        giver = CallArguments(self, call, member, diagnostics)
        if isinstance(presence, Planned):
            presence = Planned((*presence.reads, *self.standing.reads))
        return ModuleInstance(self.run, target, address, giver, presence, diagnostics)

    def planned_variable(self, name: str) -> Variable | None:
        """A variable with all that is known about it, or None when it is not declared."""
        declaration = self.content.variables.get(name)
        if declaration is None:
            return None
        return self._variables.get(
            name,
            self.address_of(f"var.{name}"),
            declaration.declared.place,
            lambda: variable_of(self, declaration, self.giver.passed(declaration)),
            lambda because: broken_variable(self, declaration, because),
        )

    def variable(self, name: str) -> Value | None:
        """The value of `var.name`, or None when it is not declared."""
        known = self._variables.known.get(name)
        if known is not None:
            return known.value
        variable = self.planned_variable(name)
        return None if variable is None else variable.value

    def local(self, name: str) -> Value | None:
        """The value of `local.name`, or None when it is not declared."""
        known = self._values.known.get(name)
        if known is not None:
            return known
        declared = self.content.declarations.locals.get(name)
        if declared is None:
            return None

        def work_out() -> Value:
            value = self._context.evaluate(declared.file, declared.argument.expression)
            return _hop(value, Step.LOCAL, f"local.{name}", declared.place)

        return self._values.get(name, self.address_of(f"local.{name}"), declared.place, work_out, _broken)

    def output(self, name: str) -> Value | None:
        """The value of an output, or None when it is not declared."""
        declared = self.content.declarations.named.get(("output", name))
        found = declared.argument("value") if declared is not None else None
        if declared is None or found is None:
            return None
        file, argument = found

        def work_out() -> Value:
            value = self._context.evaluate(file, argument.expression)
            value = value.marked(sensitive=literal_flag(declared.argument("sensitive"), otherwise=False))
            return _hop(value, Step.OUTPUT, self.address_of(name), file.place(argument.span))

        return self._values.get(f"output.{name}", self.address_of(f"output.{name}"), declared.place, work_out, _broken)

    def resource(self, name: tuple[str, str, str]) -> ResourceExpansion | None:
        """The instances of a block by (mode, type, name), or None when it is not declared."""
        mode, *labels = name
        declared = self.content.declarations.named.get(("resource" if mode == "managed" else mode, *labels))
        if declared is None:
            return None
        return self._resources.get(
            relative_address(name),
            self.address_of(relative_address(name)),
            declared.place,
            lambda: expand_resource(self, name, declared),
            lambda because: broken_resource(because, declared.place),
        )

    def resource_value(self, name: tuple[str, str, str]) -> Value | None:
        """What a reference to a block sees, or None when it is not declared."""
        found = self.resource(name)
        return None if found is None else found.value

    def call(self, name: str) -> CallExpansion | None:
        """The instances of a module call, or None when it is not declared."""
        call = self.module.calls.get(name)
        if call is None:
            return None
        return self._calls.get(
            name,
            self.address_of(f"module.{name}"),
            call.declared.place,
            lambda: expand_call(self, call),
            lambda because: broken_call(because, call.declared.place),
        )


def _hop(value: Value, step: Step, text: str, place: Place) -> Value:
    parents = (value.origin,) if value.origin is not None else ()
    return value.from_origin(Origin(step, text, place, parents))


def _broken(because: str) -> Value:
    return unknown(ANY, because)
