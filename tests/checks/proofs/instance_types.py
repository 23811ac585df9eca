"""Proofs for checks/test_instance_types.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import CLUSTER, Proof, deny, edit, live, without_object

if TYPE_CHECKING:
    from conftest import Bench

LIMITS = '    limits        = { cpu = "3", memory = "24Gi", "nvidia.com/gpu" = "1" }\n'
NAMESPACE = 'optional(string, "azureml")\n      # An object'
OF_JOBS = """
resource "kubernetes_namespace_v1" "jobs" {
  metadata {
    name = %s
  }
}
"""


def with_a_namespace(bench: Bench) -> None:
    bench.edit("modules/sil/variables.tf", NAMESPACE, NAMESPACE.replace("azureml", "robotics"))
    bench.add("modules/sil/main.tf", OF_JOBS % '"robotics"')


def with_another(bench: Bench) -> None:
    bench.edit("modules/sil/main.tf", '    name = "robotics"\n', '    name = "robots"\n')


def with_some_other(bench: Bench) -> None:
    bench.add("modules/sil/main.tf", 'resource "terraform_data" "later" {}\n')
    bench.edit("modules/sil/main.tf", '    name = "robotics"\n', "    name = terraform_data.later.id\n")


def unknown_types(bench: Bench) -> None:
    bench.add("variables.tf", 'variable "sizes" {\n  type = any\n}\n')
    bench.edit("main.tf", "instance_types        = var.instance_types", "instance_types        = var.sizes")


def larger_in_the_cluster(bench: Bench) -> None:
    bench.kubernetes_object("InstanceType", "gpu")["spec"]["resources"]["limits"]["memory"] = "32Gi"


PROOFS = {
    "INT37": Proof(with_another, with_some_other, with_a_namespace),
    "INT38": Proof(edit("terraform.tfvars", LIMITS, LIMITS.replace(', "nvidia.com/gpu" = "1"', "")), unknown_types),
    "K8S07": Proof(without_object("InstanceType", "gpu"), deny("/instancetypes$")),
    "K8S11": Proof(larger_in_the_cluster, deny("/instancetypes$")),
    "K8S08": Proof(
        live(CLUSTER, lambda p: [pool.update(maxCount=pool["count"]) for pool in p["agentPoolProfiles"]]),
        deny("/api/v1/nodes$"),
    ),
}
