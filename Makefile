# make run    install what is missing, build the built-in model if there is none, serve the app
# make test   everything this machine can run: style, types, tests, notebooks, browser
# make lab    explore the notebooks in JupyterLab
# make bench  measure what README.md and docs/performance.md claim

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: run test lab bench clean

run: .venv/.run
	@$(BIN)/movierec serve $(ARGS)

test: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check movierec tests benchmarks
	$(BIN)/mypy
	$(BIN)/python -m pytest $(ARGS) tests
	$(BIN)/python -m pytest $(ARGS) --nbval-lax notebooks

lab: .venv/.run
	@$(BIN)/jupyter lab notebooks $(ARGS)

bench: .venv/.dev
	@status=0; for script in $(filter-out benchmarks/measure.py benchmarks/made_up.py,$(wildcard benchmarks/*.py)); do \
		echo "== $$script"; $(BIN)/python $$script || status=1; \
	done; exit $$status

clean:
	rm -rf .venv

.venv/.run: pyproject.toml constraints.txt
	@echo "Installing movierec into .venv (once; a minute or two) ..."
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "movierec needs Python 3.11 or newer: make run PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) .
	@touch $@

.venv/.dev: .venv/.run
	@$(INSTALL) '.[dev]'
	@touch $@
