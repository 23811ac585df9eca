"""Proofs for checks/test_written.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.proofs.breaking import Proof, edit

if TYPE_CHECKING:
    from conftest import Bench

FILE = "modules/sil/written.tf"
CLIENT_ID = "azure.workload.identity/client-id"
REAL = "ca9bc086-2418-50c2-8d48-b402ed15bf52"
SOURCE = f"""
resource "kubernetes_annotations" "runner" {{
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {{
    name      = "pilot-runner"
    namespace = "robotics"
  }}
  annotations   = {{ "{CLIENT_ID}" = "{REAL}" }}
  field_manager = "annotations"
}}
resource "kubernetes_labels" "runner" {{
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {{
    name      = "pilot-runner"
    namespace = "robotics"
  }}
  labels        = {{ "app.kubernetes.io/name" = "pilot-runner" }}
  field_manager = "labels"
}}
"""
ANOTHER = """
resource "kubernetes_service_account_v1" "runner" {
  metadata {
    name      = "pilot-runner"
    namespace = "robotics"
    labels    = { "app.kubernetes.io/name" = %s }
  }
}
"""
LATER = 'resource "terraform_data" "later" {}\n'


def written(bench: Bench) -> None:
    """Annotations and labels on a service account that somebody else made, as they are live."""
    bench.add(FILE, SOURCE)


def another(bench: Bench) -> None:
    bench.add(FILE, ANOTHER % '"another"')


def another_later(bench: Bench) -> None:
    bench.add(FILE, LATER + ANOTHER % "terraform_data.later.id")


def later_manager(bench: Bench) -> None:
    bench.add(FILE, LATER)
    bench.edit(FILE, 'field_manager = "labels"', "field_manager = terraform_data.later.id")


PROOFS = {
    "INT50": Proof(another, another_later, written),
    "INT51": Proof(edit(FILE, '"labels"\n', '"annotations"\n'), later_manager, written),
}
