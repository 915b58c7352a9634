# make serve                   serve the example project
# make flask, make django      serve the examples inside a host
# make test                    run all tests, and measure their coverage
# make test ARGS="-k cors -x"  run pytest with these arguments, without coverage
# make check                   everything that a reviewer asks: format, lint, types, what bandit and pip-audit find, and
#                              the coverage of all tests;
#                              the tests run again only if a file has changed since they last passed
# make lowest                  run the fast tests with the lowest versions of the dependencies that pyproject.toml allows
# make fuzz                    run each fuzz target for a minute, or for FUZZ_SECONDS=...; TARGETS="path query" for some
# make bench                   compare the speed with other frameworks, and write benchmarks/RESULTS.md
# make clean                   remove the virtual environment
#
# Each command installs what it needs in .venv. Python 3.10 or newer and make are all that has to be there.

PYTHON ?= python3
python := .venv/bin/python

.PHONY: serve flask django test check lowest fuzz bench clean

serve: .venv/.ok
	cd example_project && ../$(python) -m fsapi serve $(ARGS)

flask: .venv/.dev
	cd examples/embedding_flask && ../../$(python) -m flask run --debug $(ARGS)

django: .venv/.dev
	cd examples/embedding_django && NOTES_DEBUG=1 ../../$(python) manage.py migrate --verbosity 0
	cd examples/embedding_django && NOTES_DEBUG=1 ../../$(python) manage.py runserver $(ARGS)

# A checksum of every file that the tests read. `make test` keeps the one from before its run, so that a file that is
# edited meanwhile counts as changed.
state := find Makefile *.md *.toml *.cfg *.in .ci benchmarks docs example_project examples fsapi fuzz tests -type f \
	! -path '*/__pycache__/*' ! -path '*/node_modules/*' ! -path '*/data/*' -exec cksum {} + | sort | cksum

test: .venv/.dev
ifdef ARGS
	$(python) -m pytest $(ARGS)
else
	rm -f .venv/.tested
	$(state) > .venv/.testing
	$(python) -m coverage erase
	$(python) -m coverage run -m pytest
	$(python) -m coverage combine --quiet
	mv .venv/.testing .venv/.tested
endif

check: .venv/.dev
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy
	$(python) -m mypy example_project
	$(python) -m pyright
	$(python) -m bandit --quiet --recursive --confidence-level medium --configfile pyproject.toml fsapi example_project
	@rm -f .venv/audit.json
	@$(python) -m pip_audit --progress-spinner off --skip-editable --format json --output .venv/audit.json \
		> .venv/audit.log 2>&1 || true
	$(python) .ci/audit.py .venv/audit.json
	@test "$$($(state))" = "$$(cat .venv/.tested 2> /dev/null)" || $(MAKE) test ARGS=
	$(python) -m coverage report

lowest: .venv/lowest/.ok
	.venv/lowest/bin/python -m pytest -m "not e2e" -q $(ARGS)

fuzz: .venv/.dev
	$(python) -m pip install -qq --group fuzz
	$(python) -m fuzz $(FUZZ_SECONDS) $(TARGETS)

bench: .venv/.dev
	$(python) -m pip install -qq --group bench
	$(python) benchmarks/results.py
	$(python) benchmarks/middleware.py
	$(python) benchmarks/contracts.py
	$(python) benchmarks/answers.py

clean:
	rm -rf .venv

.venv/.ok: pyproject.toml
	@echo "Installing fsapi and what it needs into .venv (once)"
	$(PYTHON) -m venv .venv
	$(python) -m pip install -qq --upgrade "pip>=25.1"
	$(python) -m pip install -qq --editable .
	touch $@

.venv/lowest/.ok: pyproject.toml | .venv/.dev
	$(PYTHON) -m venv --clear .venv/lowest
	$(python) -m uv pip compile --quiet --python .venv/lowest --resolution lowest-direct --all-extras \
		pyproject.toml --output-file .venv/lowest/constraints.txt
	.venv/lowest/bin/python -m pip install -qq --upgrade "pip>=25.1"
	.venv/lowest/bin/python -m pip install -qq --constraint .venv/lowest/constraints.txt --editable . --group dev
	touch $@

.venv/.dev: .venv/.ok
	@echo "Installing the tools for development into .venv (once)"
	$(python) -m pip install -qq --group dev
	touch $@
