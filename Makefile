# Two commands do all the set-up on a machine with git, make and Python 3.11+:
#   make demo   runs the main job on a sample update
#   make test   passes the tests
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEMO   ?= build/demo
PYWB   ?= $(abspath $(VENV))/pywb

.DEFAULT_GOAL := help
.PHONY: help demo test check golden docs serve nightly bench lock clean

help: ## say what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

# uv installs the same hashed pins several times faster than pip; where it cannot be had, pip does it
$(READY): requirements.lock pyproject.toml
	@echo "setting up $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("provenance needs Python 3.11 or later, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9; then \
	  VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock && \
	  VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps -e . ; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps -e . ; \
	fi
	@$(BIN)/python -m compileall -q src  # else every start compiles them where PYTHONDONTWRITEBYTECODE is set
	@touch $(READY)

demo: $(READY) ## run the main job on a sample update, against a sample web on this machine
	@$(BIN)/provenance demo --folder $(DEMO)

# pywb replays what we archive, as a process of its own: its pins are not ours, so it has its own
# folder (5 s). Where it cannot be had, the tests of replay are skipped and say so.
$(PYWB)/bin/wayback: $(READY)
	-@$(PYTHON) -m venv $(PYWB) && VIRTUAL_ENV=$(PYWB) $(BIN)/uv pip install --quiet pywb==2.10.0 'setuptools<81'

test: $(READY) $(PYWB)/bin/wayback ## pass the tests
	PROVENANCE_PYWB="$$(test -x $(PYWB)/bin/wayback && echo $(PYWB)/bin/wayback)" \
	  $(BIN)/python -m pytest -n auto --dist worksteal

check: $(READY) ## lint, types, import rules, doctests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py src

golden: $(READY) ## rewrite the golden cases and show the difference, to be read line by line
	GOLDEN=rewrite $(BIN)/python -m pytest tests/cite/test_golden_cases.py
	git --no-pager diff --stat -- tests/cases && git --no-pager diff -- tests/cases

docs: $(READY) ## write docs/rules/ anew from the rules' own pages
	DOCS=rewrite $(BIN)/python -m pytest -q tests/validate/test_rule_docs.py

serve: $(READY) ## the editor's desk in the browser, over provenance.db
	@$(BIN)/provenance serve

nightly: $(READY) ## look at every source of provenance.db that is due, and tell what changed
	@$(BIN)/provenance nightly

bench: $(READY) ## speed and accuracy, beside the peers
	@for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

lock: ## pin the dependencies anew, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --upgrade --quiet -o requirements.lock

clean: ## remove what was built
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
