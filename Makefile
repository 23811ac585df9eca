# What a person or a CI system does with this project. `make help` lists it.

PYTHON ?= python3
TF_DIR ?= terraform
VAR_FILES ?=
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Runs one stack of the demo against its world, and demands the exit code that it must have.
WORLD_terraform := terraform/examples/healthy.world.json
WORLD_terraform/examples/incident := terraform/examples/incident/world.json
expect = printf '\n%s\n$$ %s\n\n' '=== $(2) ===' 'verify-infra run $(3) --simulate $(WORLD_$(3))'; code=0; \
	$(BIN)/verify-infra run $(3) --simulate $(WORLD_$(3)) || code=$$?; \
	test $$code -eq $(1) || { echo "demo: exit code $$code where $(1) was expected"; exit 1; }; \
	printf '\nexit code %s, as expected\n' $$code

# Some machines tell Python to keep no byte code. A run that compiles the whole program first takes twice as long, and
# the tests start some thousand.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint verify-infra gate drift bench mutation docs goldens constraints clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'Variables: TF_DIR=$(TF_DIR)  VAR_FILES="a.tfvars b.tfvars"  ARGS="options of the verb"  PYTHON=$(PYTHON)'

setup: $(READY) ## Make .venv with everything pinned

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'verify-infra needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Setting up $(VENV) (once) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## The incident, and the healthy stack, against the embedded simulator
	@$(call expect,1,The incident: a registered model that no job can read,terraform/examples/incident)
	@$(call expect,0,The reference stack: everything as it was meant,terraform)

test: $(READY) ## All tests
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY) ## Style, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

verify-infra: $(READY) ## Verify TF_DIR against Azure; ARGS are options of `verify-infra run`
	$(BIN)/verify-infra run $(TF_DIR) $(addprefix --var-file ,$(VAR_FILES)) $(ARGS)

gate: $(READY) ## Judge TF_DIR alone: no credentials, no network
	$(BIN)/verify-infra gate $(TF_DIR) $(addprefix --var-file ,$(VAR_FILES)) $(ARGS)

drift: $(READY) ## Verify TF_DIR, and compare with the previous run (.verify-infra/latest.json)
	$(BIN)/verify-infra drift $(TF_DIR) $(addprefix --var-file ,$(VAR_FILES)) $(ARGS)

bench: $(READY) ## The benchmarks
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable --benchmark-only $(ARGS)

mutation: $(READY) ## Change the checks step by step, and ask whether a test notices: ARGS="--draw 300:1"
	$(BIN)/python -m pip install --quiet cosmic-ray
	$(BIN)/python -m tests.mutation $(ARGS)

docs: $(READY) ## Write again the documents that are generated
	$(BIN)/python tests/docs/generate.py

goldens: $(READY) ## Write again what reports and stories are expected to print; read the difference
	-VERIFIER_REWRITE_GOLDENS=1 $(BIN)/python -m pytest -q tests/unit/report tests/stories tests/faults \
		tests/checks/test_every_check.py tests/checks/test_odd_worlds.py $(ARGS)

constraints: $(READY) ## Pin again what is used, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra simulator --group dev --universal --generate-hashes --no-header \
		--quiet --upgrade --output-file constraints.txt

clean: ## Remove .venv and everything made
	rm -rf $(VENV) .verify-infra .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks dist build
