# SPDX-License-Identifier: Apache-2.0
# Every recipe sets up what it needs in $(VENV), from hash-pinned lists; nothing outside is touched.

PYTHON ?= python3
VENV ?= .venv
OUT ?= demo-out
PYTEST_ARGS ?=
SEED ?= 0
COUNT ?= 100

bin := $(VENV)/bin

.PHONY: help demo test test-slow coverage worlds check bench docs golden lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/installed-run ## scan an example organisation on this machine and explain it
	$(bin)/bartizan demo --out $(OUT)

test: $(VENV)/installed-test $(VENV)/other-engine/installed ## run the tests but the slow ones
	$(bin)/pytest -n auto --dist loadfile -m "not slow" $(PYTEST_ARGS)

test-slow: $(VENV)/installed-test $(VENV)/other-engine/installed ## run the sweeps and large samples
	$(bin)/pytest -m slow $(PYTEST_ARGS)

coverage: $(VENV)/installed-test $(VENV)/other-engine/installed ## say which lines and branches no test reaches
	$(bin)/pytest -q -m "not slow" --cov=bartizan --cov-branch --cov-report=term-missing:skip-covered

worlds: $(VENV)/installed-test ## hold what is said of networks against packets, as root; SEED=n COUNT=m
	@$(bin)/python -m tests.kernel.network --seed $(SEED) --count $(COUNT)

check: check-format check-lint check-types check-floors check-lists check-docs ## change nothing, refuse much

check-%: $(VENV)/installed-check
	$(check-$*)

check-format = $(bin)/ruff format --check .
check-lint = $(bin)/ruff check --output-format concise .
check-types = $(bin)/mypy
check-floors = $(bin)/lint-imports --no-cache
check-lists = $(bin)/python tools/pinned.py
check-docs = $(bin)/mkdocs build --strict

bench: $(VENV)/installed-test $(VENV)/other-engine/installed ## measure; prints figures, judges none
	$(bin)/python -m bench

docs: $(VENV)/installed-check ## write the generated reference and build the site into site/
	$(bin)/python tools/reference.py
	$(bin)/mkdocs build --strict

golden: $(VENV)/installed-test ## take the present reports as the expected ones; read the diff
	UPDATE_GOLDEN=1 $(bin)/pytest -q tests/golden

lock: $(VENV)/installed-check ## compile the hash-pinned lists anew; UPGRADE=1 takes newer versions
	UV=$(bin)/uv tools/lock $(if $(UPGRADE),--upgrade)

clean: ## remove what the recipes made
	rm -rf $(VENV) $(OUT) site

# A list that changed is installed again, one that did not is not.
$(VENV)/installed-%: requirements/%.txt pyproject.toml tools/bootstrap
	PYTHON="$(PYTHON)" tools/bootstrap $(VENV)
	$(bin)/python -m pip install --quiet --require-hashes --only-binary :all: -r $<
	$(bin)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Another engine of authorization, a program of its own that answers beside ours in tests.
$(VENV)/other-engine/installed: tests/differential/package-lock.json tools/other-engine | $(VENV)/installed-test
	tools/other-engine $(@D)
