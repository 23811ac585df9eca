"""What a JSON plan of ours says beyond Terraform's: what is absent and why, and where every value came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.hcl.origin import Origin
from verifier.hcl.representation import Tree
from verifier.hcl.types import MapOf
from verifier.hcl.values import Value
from verifier.terraform.addresses import Quoted, Step, with_steps
from verifier.terraform.configuration import Evaluation
from verifier.terraform.explaining import Explanation
from verifier.terraform.hops import Secrets, without_secrets
from verifier.terraform.plan import Absent, Instance, Planned, Undetermined
from verifier.terraform.why import why_not_planned
from verifier.terraform.why_json import decision_tree, place_tree


def decisions(evaluation: Evaluation) -> dict[str, Tree]:
    """`absent`, `undetermined` and `origins`: instances, variables and outputs by address, then by attribute path."""
    plan = evaluation.plan
    origins: dict[str, Tree] = {}
    secrets = Secrets(variable.value for variable in plan.variables)
    for instance in plan.instances:
        if isinstance(instance.presence, Planned):
            _add(origins, instance.address, instance.values, secrets)
    for variable in plan.variables:
        _add(origins, variable.address, variable.value, secrets)
    for name, value in sorted(plan.outputs.items()):
        _add(origins, f"output.{name}", value, secrets)
    why = why_not_planned(evaluation)
    return {
        "absent": [_absent(i, i.presence, why) for i in plan.instances if isinstance(i.presence, Absent)],
        "undetermined": [
            _undetermined(i, i.presence, why) for i in plan.instances if isinstance(i.presence, Undetermined)
        ],
        "origins": origins,
    }


def _absent(instance: Instance, presence: Absent, why: Mapping[str, Explanation]) -> Tree:
    return {
        **_named(instance),
        "expression": without_secrets(presence.expression),
        "place": place_tree(presence.place),
        "reason": presence.because,
        "decided_by": _decided_by(why.get(instance.address)),
    }


def _undetermined(instance: Instance, presence: Undetermined, why: Mapping[str, Explanation]) -> Tree:
    return {
        **_named(instance),
        "expression": without_secrets(presence.expression),
        "place": place_tree(presence.place),
        "reason": presence.because.because,
        "references": [*presence.because.references],
        "decided_by": _decided_by(why.get(instance.address)),
    }


def _named(instance: Instance) -> dict[str, Tree]:
    module: dict[str, Tree] = {"module_address": instance.module} if instance.module else {}
    names: dict[str, Tree] = {"mode": instance.mode, "type": instance.type, "name": instance.name}
    return {"address": instance.address, **module, **names}


def _decided_by(explanation: Explanation | None) -> Tree:
    return [decision_tree(decision) for decision in explanation.decisions] if explanation is not None else []


def _add(origins: dict[str, Tree], address: str, value: Value, secrets: Secrets) -> None:
    found: dict[str, Tree] = {}
    for path, leaf in _leaves(value, (), value.sensitive):
        if leaf.origin is not None:
            found[path] = _origin(leaf.origin, secrets, secret=leaf.sensitive)
    if found:
        origins[address] = found


def _leaves(value: Value, steps: tuple[Step, ...], secret: bool) -> Iterator[tuple[str, Value]]:  # noqa: FBT001
    """The values that hold no others, each with its path; what is inside a sensitive value is sensitive."""
    value = value.marked(sensitive=secret)
    content = value.content
    if isinstance(content, Mapping) and content:
        keyed = isinstance(value.type, MapOf)
        for name in sorted(content):
            step = Quoted(name) if keyed or not _is_name(name) else name
            yield from _leaves(content[name], (*steps, step), value.sensitive)
    elif isinstance(content, tuple) and content:
        for number, item in enumerate(content):
            yield from _leaves(item, (*steps, number), value.sensitive)
    else:
        yield with_steps("", steps).removeprefix("."), value


def _is_name(text: str) -> bool:
    return text.replace("-", "_").isidentifier()


def _origin(origin: Origin, secrets: Secrets, *, secret: bool) -> Tree:
    return {
        "chosen": origin.chosen,
        "chain": [
            {"step": hop.step.value, "text": text, "place": place_tree(hop.place)}
            for hop, text in secrets.chain(origin, secret=secret)
        ],
    }
