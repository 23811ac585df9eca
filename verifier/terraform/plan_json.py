"""The static plan as JSON, in the shape of `terraform show -json PLANFILE`, so that what reads plans can read it.

Source: Terraform's documentation of its JSON output format (1.2), and plans that Terraform 1.11 wrote. What differs:

- There are no providers: an attribute that the configuration does not give is not there, neither known nor unknown, and
  there is no `schema_version`. Nothing is read: a data source is a change whose action is `read`.
- What an import block takes in is a change with `importing`, as in Terraform's; whether it is changed on the way is the
  provider's to say, so that its action is `create` like any other's.
- A sensitive value is null, where Terraform writes it out; `after_sensitive` and `sensitive_values` mark it.
- `absent`, `undetermined`, `origins` and `diagnostics` are ours: docs/plan.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from verifier import __version__
from verifier.hcl.origin import Origin, Step
from verifier.hcl.representation import Tree, known_part, sensitive_part, true_type, type_notation, unknown_part
from verifier.hcl.values import Unknown, Value, contains_sensitive, object_
from verifier.terraform.addresses import natural, parse
from verifier.terraform.builtin import terraform_data
from verifier.terraform.checks_json import checks
from verifier.terraform.configuration import Evaluation
from verifier.terraform.configuration_json import Keys, configuration, provider_key
from verifier.terraform.decisions_json import decisions
from verifier.terraform.declarations import literal_flag
from verifier.terraform.depth import with_deep_stack
from verifier.terraform.module import Module, ModuleSource
from verifier.terraform.module_paths import call_names, instances_on_the_way
from verifier.terraform.plan import Instance, Planned
from verifier.terraform.provider_names import full_name
from verifier.terraform.reads import traversal_text
from verifier.terraform.why_json import diagnostic_tree

FORMAT_VERSION = "1.2"
TERRAFORM_VERSION = f"1.11.4+verify-infra.{__version__}"
"""The Terraform whose semantics these are, and who it was really: programs refuse a plan that names none."""


def plan_document(evaluation: Evaluation) -> dict[str, Tree]:
    """The plan as a JSON document; its members, and what is in them, always in the same order."""
    return with_deep_stack(lambda: _document(evaluation))


def _document(evaluation: Evaluation) -> dict[str, Tree]:
    plan = evaluation.plan
    root = evaluation.root.module
    modules = dict(_modules(root))
    instances = sorted(plan.instances, key=lambda i: (natural(i.module), natural(i.address)))
    ids = {taken.address: taken.id for taken in plan.imports}
    planned = [
        _Shown(i, modules.get(call_names(i.module)), ids.get(i.address))
        for i in instances
        if isinstance(i.presence, Planned)
    ]
    secret = _secret_outputs(root.content, plan.outputs)
    outputs = sorted(plan.outputs.items())
    return {
        "format_version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "variables": {v.name: _variable(v.value) for v in plan.variables if not v.module},
        "planned_values": {
            **_unless_empty("outputs", {name: _output(value, secret=name in secret) for name, value in outputs}),
            "root_module": _module_values(planned),
        },
        "resource_changes": [shown.change() for shown in planned],
        **_unless_empty(
            "output_changes", {name: _output_change(value, secret=name in secret) for name, value in outputs}
        ),
        "configuration": configuration(root, _provider_keys(plan.instances)),
        **_unless_none("checks", checks(evaluation)),
        "errored": not plan.complete,
        **decisions(evaluation),
        "diagnostics": [diagnostic_tree(diagnostic) for diagnostic in plan.diagnostics],
    }


def _unless_none(name: str, members: list[Tree]) -> dict[str, Tree]:
    return {name: members} if members else {}


def _unless_empty(name: str, members: dict[str, Tree]) -> dict[str, Tree]:
    """Terraform leaves out what would be empty."""
    return {name: members} if members else {}


class _Shown:
    """A planned instance, with its values as Terraform would see them."""

    def __init__(self, instance: Instance, content: ModuleSource | None, imported: Value | None) -> None:
        self.instance = instance
        self._imported = imported
        self.value = _values(instance)
        local = _local_provider(instance, content)
        self._provider = full_name(content, local) if content is not None else local

    def change(self) -> Tree:
        """The entry in `resource_changes`."""
        actions: list[Tree] = ["create" if self.instance.mode == "managed" else "read"]
        change: dict[str, Tree] = {"actions": actions, "before": None, **_after(self.value)}
        change["before_sensitive"] = False
        change["after_sensitive"] = sensitive_part(self.value)
        if self._imported is not None:
            change["importing"] = {"id": known_part(self._imported)}
        module: dict[str, Tree] = {"module_address": self.instance.module} if self.instance.module else {}
        return {"address": self.instance.address, **module, **self._named(), "change": change}

    def values(self) -> Tree:
        """The entry in `planned_values`."""
        return {
            "address": self.instance.address,
            **self._named(),
            "values": known_part(self.value),
            "sensitive_values": sensitive_part(self.value),
        }

    def _named(self) -> dict[str, Tree]:
        instance = self.instance
        index: dict[str, Tree] = {} if instance.key is None else {"index": instance.key}
        names: dict[str, Tree] = {"mode": instance.mode, "type": instance.type, "name": instance.name}
        return {**names, **index, "provider_name": self._provider}


def _values(instance: Instance) -> Value:
    """What is known of an instance's attributes. Those of `terraform_data` are all certain."""
    if instance.type != "terraform_data" or instance.mode != "managed":
        return instance.values
    whole = terraform_data(instance.values, instance.address, Origin(Step.REFERENCE, instance.address))
    content = whole.content
    return object_(content) if isinstance(content, Mapping) else whole


def _after(value: Value) -> dict[str, Tree]:
    """`after` and `after_unknown`; a value that is not known at all has no `after`."""
    after: dict[str, Tree] = {} if isinstance(value.content, Unknown) else {"after": known_part(value)}
    return {**after, "after_unknown": unknown_part(value)}


def _module_values(planned: Sequence[_Shown]) -> dict[str, Tree]:
    """The tree of modules that have instances."""
    root: dict[str, Tree] = {}
    resources: dict[str, list[Tree]] = {}
    children: dict[str, dict[str, None]] = {}
    for shown in planned:
        resources.setdefault(shown.instance.module, []).append(shown.values())
        above = ""
        for address in instances_on_the_way(shown.instance.module):
            children.setdefault(above, {})[address] = None
            above = address
    pending = [("", root)]
    while pending:
        at, tree = pending.pop()
        if at in resources:
            tree["resources"] = resources[at]
        below: list[tuple[str, dict[str, Tree]]] = [(a, {}) for a in sorted(children.get(at, ()), key=natural)]
        if below:
            tree["child_modules"] = [child for _, child in below]
        if at:
            tree["address"] = at
        pending.extend(below)
    return root


def _modules(module: Module, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], ModuleSource]]:
    """The modules by the names of the calls that lead to them."""
    yield path, module.content
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _modules(call.target, (*path, name))


def _local_provider(instance: Instance, content: ModuleSource | None) -> str:
    """What the instance's module calls its provider."""
    block = ("resource" if instance.mode == "managed" else instance.mode, instance.type, instance.name)
    declared = content.declarations.named.get(block) if content is not None else None
    found = declared.argument("provider") if declared is not None else None
    stated = traversal_text(found[1].expression).partition(".")[0] if found is not None else ""
    return stated or instance.type.partition("_")[0]


def _provider_keys(instances: Iterable[Instance]) -> Keys:
    """The provider configuration of each resource, under the key that a plan has for it."""
    found: dict[tuple[str, ...], str] = {}
    for instance in instances:
        name = ".".join(
            str(step) for step in (parse(instance.provider) or ())[2 * len(call_names(instance.provider)) :]
        )
        key = provider_key(call_names(instance.provider), name or instance.provider)
        found[*call_names(instance.module), instance.mode, instance.type, instance.name] = key
    return found


def _secret_outputs(content: ModuleSource, outputs: Mapping[str, Value]) -> frozenset[str]:
    """The outputs that are sensitive, or would show something that is."""
    declared = {
        name: literal_flag(declared.argument("sensitive"), otherwise=False)
        for (name,), declared in content.declarations.of("output")
    }
    return frozenset(n for n, value in outputs.items() if declared.get(n, False) or contains_sensitive(value))


def _output(value: Value, *, secret: bool) -> Tree:
    tree: dict[str, Tree] = {"sensitive": secret}
    if value.is_wholly_known:
        tree["type"] = type_notation(true_type(value))
        tree["value"] = known_part(value.marked(sensitive=secret))
    return tree


def _output_change(value: Value, *, secret: bool) -> Tree:
    actions: list[Tree] = ["no-op" if value.is_null else "create"]
    after = _after(value.marked(sensitive=secret))
    if value.is_wholly_known:
        after["after_unknown"] = False
    marks: dict[str, Tree] = {"before_sensitive": secret, "after_sensitive": secret}
    return {"actions": actions, "before": None, **after, **marks}


def _variable(value: Value) -> Tree:
    """A root variable as it holds, defaults and conversion applied."""
    if sensitive_part(value) is True:
        return {"value": None, "sensitive": True}
    if isinstance(value.content, Unknown):
        return {"unknown": value.content.because}
    return {"value": known_part(value)}
