from __future__ import annotations

import subprocess
import sys

MODULES = (
    "connect documents endpoints read_plan reader redaction snapshot targets waves "
    "azure.answers azure.clients azure.credential azure.reader azure.reads azure.tape kubernetes.answers"
)


def test_importing_the_room_imports_no_client():
    program = (
        "import sys, importlib\n"
        f"for name in {MODULES.split()!r}: importlib.import_module('verifier.live.' + name)\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'azure', 'msal', 'requests', 'urllib3', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
