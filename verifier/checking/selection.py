"""Which subjects a check judges: the name of its argument says which kind, its marker says which of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from verifier.checking.marker import Of
from verifier.hcl.values import Unknown
from verifier.terraform.plan import Variable
from verifier.world import Flag, Subject, World
from verifier.world.data_accounts import data_accounts_of
from verifier.world.federation import foreign_credentials
from verifier.world.foundations import foundations_of
from verifier.world.governed import is_governed
from verifier.world.lookups import looked_up_in
from verifier.world.needing import needing_in
from verifier.world.reach import reaches_of
from verifier.world.source import defaulted_in, guards_of, named_in, repeated_in, root_settings, unwatched_in
from verifier.world.surfaces import Resource, resources_of
from verifier.world.training import job_pods


class Judged(Protocol):
    """What can be judged: it has a name that stays the same, and says what findings about it concern."""

    @property
    def label(self) -> str:
        """The same in every run."""

    @property
    def concerns(self) -> frozenset[str]:
        """Addresses, flags and ids."""


class Root:
    """The root module as a whole, for checks that judge nothing smaller."""

    label = "root module"
    concerns: frozenset[str] = frozenset({"root module"})


class Passed:
    """One variable that was given a value, of a type that can drop attributes."""

    def __init__(self, variable: Variable) -> None:
        self.variable = variable
        self.label = variable.address
        self.concerns = frozenset({variable.address})

    @property
    def unknown(self) -> str:
        """Why nothing of the value is known; empty when something is."""
        content = self.variable.value.content
        return content.because if isinstance(content, Unknown) else ""


class Integration:
    """The two flags of one object that integrate a cluster and install its extension."""

    def __init__(self, world: World, integrate: Flag) -> None:
        self.integrate = integrate
        address = f"{integrate.variable.address}.should_install_extension"
        self.install = next(f for f in world.flags if f.address == address)
        self.label = integrate.variable.address
        self.concerns = integrate.concerns | self.install.concerns

    @staticmethod
    def is_one(flag: Flag) -> bool:
        """Whether a flag is the integrating one of such a pair."""
        return flag.name == "should_integrate_aks" and flag.has_sibling("should_install_extension")


Choose: TypeAlias = Callable[[World], Sequence[Judged]]

SUBJECTS: Mapping[str, Choose] = {
    "cluster": lambda w: w.clusters,
    "compute": lambda w: w.computes,
    "data_account": data_accounts_of,
    "datastore": lambda w: w.datastores,
    "defaulted": lambda w: defaulted_in(w.source),
    "existence": lambda w: w.existences,
    "extension": lambda w: w.extensions,
    "federated_credential": lambda w: w.federated_credentials,
    "foreign_credential": foreign_credentials,
    "flag": lambda w: w.flags,
    "foundation": foundations_of,
    "gated": lambda w: w.gated,
    "governed_thing": lambda w: [e for e in w.existences if is_governed(e)],
    "guard": lambda w: guards_of(w.source),
    "integration": lambda w: [Integration(w, f) for f in w.flags if Integration.is_one(f)],
    "identity": lambda w: w.identities,
    "job_pods": job_pods,
    "looked_up": looked_up_in,
    "metadata": lambda w: w.stated_metadata,
    "named": lambda w: named_in(w.plan),
    "namespace": lambda w: w.namespaces,
    "needing": lambda w: needing_in(w.plan),
    "passed": lambda w: [Passed(v) for v in w.passed_objects],
    "reach": reaches_of,
    "repeated": lambda w: repeated_in(w.source, w.plan, w.state),
    "resource": lambda w: list(resources_of(w)),
    "role_assignment": lambda w: w.role_assignments,
    "root": lambda _: [Root()],
    "script": lambda w: w.source.scripts,
    "service_account": lambda w: w.service_accounts,
    "setting": lambda w: root_settings(w.source),
    "submitter": lambda w: w.submitters,
    "storage_account": lambda w: w.storage_accounts,
    "unwatched": lambda w: unwatched_in(w.source, w.plan),
    "workspace": lambda w: w.workspaces,
}
"""The argument names that a check may ask for, and what each run gives it, one at a time."""


def chosen(name: str, of: Of, world: World, *, types: Sequence[str] = ()) -> list[Judged]:
    """The subjects of that name that a check judges; of `resource`, those of these types."""
    return [s for s in SUBJECTS[name](world) if _wanted(s, of, types)]


def _wanted(subject: Judged, of: Of, types: Sequence[str]) -> bool:
    if isinstance(subject, Resource):
        return subject.type in types
    return not isinstance(subject, Subject) or subject.planned or (of is Of.ANY and subject.maybe_live)
