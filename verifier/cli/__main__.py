"""`python -m verifier.cli`, for where the command itself is not on the path."""

from __future__ import annotations

import sys

from verifier.cli import main

sys.exit(main())
