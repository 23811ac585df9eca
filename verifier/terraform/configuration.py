"""The configuration of one root module: loaded once, evaluated as often as there is something new to bind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl import disk
from verifier.hcl.frozen import frozen
from verifier.hcl.source import Diagnostic
from verifier.hcl.values import JSON, Value
from verifier.terraform.addresses import natural
from verifier.terraform.bound import Following, bindings
from verifier.terraform.comments import comments_of
from verifier.terraform.depth import with_deep_stack
from verifier.terraform.imports import import_errors, imports_of
from verifier.terraform.instance import ModuleInstance, Run
from verifier.terraform.language import short_circuits
from verifier.terraform.loading import RootsRead, load_root
from verifier.terraform.module import Module, required_versions
from verifier.terraform.moves import refactoring_errors
from verifier.terraform.plan import Import, Planned, StaticPlan
from verifier.terraform.settings import Input, Settings, gather
from verifier.terraform.survey import provider_values, survey

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache


@frozen(kw_only=True, eq=False)
class Evaluation:
    """A configuration evaluated: its plan, and the root module's instance, in which more can be evaluated."""

    plan: StaticPlan
    root: ModuleInstance


@frozen(kw_only=True, eq=False)
class Configuration:
    """A root module with everything that it calls, and the settings of its variables."""

    root: Path
    module: Module
    settings: Settings
    workspace: str
    data: Path
    diagnostics: tuple[Diagnostic, ...]

    def plan(self, bound: Mapping[str, JSON] | None = None, following: Following | None = None) -> StaticPlan:
        """Evaluate everything. `bound` gives values to resource attributes by address, as Unknown.references has them.

        So does `following`, which is asked once the arguments of a planned instance are known, before anything that
        refers to it is; it goes before `bound`, and what it told is in the plan's `bound`. What the configuration
        itself gives is never replaced. Does not parse again.
        """
        return self.evaluated(bound, following).plan

    def evaluated(self, bound: Mapping[str, JSON] | None = None, following: Following | None = None) -> Evaluation:
        """The plan, together with what it was worked out in."""
        return with_deep_stack(lambda: self._without_collecting(bound or {}, following))

    def provider(self, name: str) -> Value | None:
        """What the root module gives to a provider without an alias, evaluated alone; None without such a block."""
        declared = self.module.content.declarations.named.get(("provider", name))
        if declared is None:
            return None
        return with_deep_stack(lambda: provider_values(self._instance({}, None, [])[0], name, declared))

    def _instance(
        self, bound: Mapping[str, JSON], following: Following | None, diagnostics: list[Diagnostic]
    ) -> tuple[ModuleInstance, Sequence[Import]]:
        """The root module's instance, of which nothing but what it imports has been worked out."""
        modules = list(self.module.tree())
        run = Run(
            root=self.root,
            files_root=_files_root(self.root, [module.content.directory for module in modules]),
            short_circuit=short_circuits(v for module in modules for v in required_versions(module.content)),
            workspace=self.workspace,
            bindings=bindings(bound),
            following=following,
            ephemeral=any(v.ephemeral for module in modules for v in module.content.variables.values()),
        )
        root = ModuleInstance(run, self.module, "", self.settings, Planned(), diagnostics)
        imports = imports_of(root)
        run.imported.update((taken.address, taken.id) for taken in imports)
        return root, imports

    def _without_collecting(self, bound: Mapping[str, JSON], following: Following | None) -> Evaluation:
        collecting = gc.isenabled()
        gc.disable()  # values make few cycles and many objects: collecting costs a third of the time
        try:
            return self._evaluated(bound, following)
        finally:
            if collecting:
                gc.enable()

    def _evaluated(self, bound: Mapping[str, JSON], following: Following | None) -> Evaluation:
        diagnostics: list[Diagnostic] = []
        root, imports = self._instance(bound, following, diagnostics)
        run = root.run
        found = survey(root)
        planned = {i.address for i in found.instances if isinstance(i.presence, Planned)}
        diagnostics.extend(import_errors(self.module, imports, planned))
        diagnostics.extend(refactoring_errors(self.module, planned))
        never_met = dict.fromkeys(d for module in self.module.tree() for d in module.content.undeclared)
        plan = StaticPlan(
            root=self.root,
            instances=found.instances,
            variables=found.variables,
            outputs=found.outputs,
            providers=found.providers,
            modules=found.modules,
            checks=found.checks,
            held=tuple(run.held[address] for address in sorted(run.held)),
            imports=tuple(sorted(imports, key=lambda taken: natural(taken.address))),
            comments=comments_of(self.module),
            undeclared=tuple(self.settings.undeclared),
            diagnostics=_in_order(_with_unmet((*self.diagnostics, *diagnostics), never_met)),
            bound={**bound, **run.followed},
        )
        return Evaluation(plan=plan, root=root)


def load(
    root: Path,
    *,
    inputs: Sequence[Input] = (),
    environment: Mapping[str, str] | None = None,
    cache: Cache | None = None,
    may_be_empty: bool = False,
    read: RootsRead | None = None,
) -> Configuration:
    """Read a root module, the modules that it calls, and its variables' values.

    `inputs` are what `-var-file` (a path) and `-var` (a name and a text) give, in the order given; `environment` is
    looked at for TF_VAR_*, TF_WORKSPACE and TF_DATA_DIR only. What was `read` before in this process is not read again
    while it is unchanged. Raises ConfigurationError when there is no configuration, unless it `may_be_empty`, or a var
    file cannot be understood; everything else that is wrong is a diagnostic of the plan.
    """
    set_outside = environment or {}
    data = root / (set_outside.get("TF_DATA_DIR") or ".terraform")

    def loaded() -> Configuration:
        load = read.load_root if read is not None else load_root
        module, found = load(root, data, cache, may_be_empty=may_be_empty)
        settings = gather(
            root,
            module.content.variables,
            inputs=inputs,
            environment=set_outside,
            cache=cache,
        )
        diagnostics = (*found, *settings.diagnostics)
        workspace = _workspace(data, set_outside)
        return Configuration(
            root=root, module=module, settings=settings, workspace=workspace, data=data, diagnostics=diagnostics
        )

    return with_deep_stack(loaded)


def evaluate_root(
    root: Path,
    *,
    inputs: Sequence[Input] = (),
    environment: Mapping[str, str] | None = None,
    bound: Mapping[str, JSON] | None = None,
    cache: Cache | None = None,
) -> StaticPlan:
    """Load a root module and evaluate it: `load(…).plan(bound)`."""
    configuration = load(root, inputs=inputs, environment=environment, cache=cache)
    return configuration.plan(bound)


def _workspace(data: Path, environment: Mapping[str, str]) -> str:
    """The workspace that is selected: TF_WORKSPACE, else what Terraform noted in its data directory."""
    named = environment.get("TF_WORKSPACE", "")
    if named:
        return named
    try:
        return disk.text(data / "environment").strip() or "default"
    except (OSError, UnicodeDecodeError):
        return "default"


def _files_root(root: Path, directories: Sequence[Path]) -> Path:
    """The directory that file functions may read below: the repository, else what the modules have in common."""
    real = disk.real(root)
    for directory in (real, *real.parents):
        if disk.exists(directory / ".git"):
            return directory
    return Path(os.path.commonpath([real, *(disk.real(d) for d in directories)]))


def _with_unmet(diagnostics: Sequence[Diagnostic], unmet: Iterable[Diagnostic]) -> Sequence[Diagnostic]:
    """The diagnostics, and of those that need no evaluation the ones on lines of which it has said nothing."""
    said = {(d.place.file, d.place.line) for d in diagnostics if d.place and d.severity == "error"}
    return (*diagnostics, *(d for d in unmet if d.place and (d.place.file, d.place.line) not in said))


def _in_order(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, however many instances met it, in the order of the source."""
    unique = dict.fromkeys(diagnostics)
    return tuple(
        sorted(
            unique, key=lambda d: (d.place is None, d.place and (d.place.file, d.place.line, d.place.column), d.summary)
        )
    )
