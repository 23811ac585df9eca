"""Write what the verbs print about the incident into goldens/, after it or they have changed on purpose.

Run as a script from anywhere, and read the difference before committing it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
COMMANDS = {
    "incident.plan.txt": ("plan", "terraform/examples/incident"),
    "incident.why.extension.txt": (
        "why",
        "module.sil.azurerm_kubernetes_cluster_extension.azureml",
        "terraform/examples/incident",
    ),
    "incident.why.credentials.txt": (
        "why",
        "module.sil.azurerm_federated_identity_credential.ml",
        "terraform/examples/incident",
    ),
    "incident.why.flag.txt": ("why", "should_install_extension", "terraform/examples/incident"),
    "incident.why.pool.txt": (
        "why",
        'module.sil.azurerm_kubernetes_cluster_node_pool.workload["gpu"].upgrade_settings[0].max_surge',
        "terraform/examples/incident",
    ),
    "incident.why.keys.txt": (
        "why",
        "module.platform.azurerm_storage_account.main.shared_access_key_enabled",
        "terraform/examples/incident",
    ),
}


def main() -> None:
    for name, arguments in COMMANDS.items():
        command = [sys.executable, "-m", "verifier.cli", *arguments]
        environment = {**os.environ, "NO_COLOR": "1"}
        ended = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True)
        (HERE / "goldens" / name).write_text(ended.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()
