# `make serve` runs the example, `make flask` and `make django` those inside a host, `make test` the tests, and
# `make check` everything that a reviewer asks.
# Each sets up what it needs; Python 3.10 or newer and make are all that has to be there.

PYTHON ?= python3
python := .venv/bin/python

.PHONY: serve flask django test check bench clean

serve: .venv/.ok
	cd example_project && ../$(python) -m fsapi serve $(ARGS)

flask: .venv/.dev
	cd examples/embedding_flask && ../../$(python) -m flask run --debug $(ARGS)

django: .venv/.dev
	cd examples/embedding_django && ../../$(python) manage.py migrate --verbosity 0
	cd examples/embedding_django && NOTES_DEBUG=1 ../../$(python) manage.py runserver $(ARGS)

test: .venv/.dev
	$(python) -m pytest $(ARGS)

check: .venv/.dev
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy
	$(python) -m mypy example_project
	$(python) -m pyright
	$(python) -m coverage erase
	$(python) -m coverage run -m pytest
	$(python) -m coverage combine --quiet
	$(python) -m coverage report

bench: .venv/.dev
	$(python) -m pip install -qq --group bench
	$(python) benchmarks/frameworks.py
	$(python) benchmarks/middleware.py
	$(python) benchmarks/contracts.py

clean:
	rm -rf .venv

.venv/.ok: pyproject.toml
	$(PYTHON) -m venv .venv
	$(python) -m pip install -qq --upgrade "pip>=25.1"
	$(python) -m pip install -qq --editable .
	touch $@

.venv/.dev: .venv/.ok
	$(python) -m pip install -qq --group dev
	touch $@
