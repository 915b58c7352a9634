# make serve                   serve the example project
# make flask, make django      serve the examples inside a host
# make test                    run all tests, and measure their coverage
# make test ARGS="-k cors -x"  run pytest with these arguments, without coverage
# make check                   everything that a reviewer asks: format, lint, types, and the coverage of all tests;
#                              the tests run again only if a file has changed since they last passed
# make bench                   compare the speed with other frameworks, and write benchmarks/RESULTS.md
# make clean                   remove the virtual environment
#
# Each command installs what it needs in .venv. Python 3.10 or newer and make are all that has to be there.

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

# A checksum of every file that the tests read. `make test` keeps the one from before its run, so that a file that is
# edited meanwhile counts as changed.
state := find Makefile *.md *.toml *.cfg .ci benchmarks docs example_project examples fsapi tests -type f \
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
	@test "$$($(state))" = "$$(cat .venv/.tested 2> /dev/null)" || $(MAKE) test ARGS=
	$(python) -m coverage report

bench: .venv/.dev
	$(python) -m pip install -qq --group bench
	$(python) benchmarks/results.py
	$(python) benchmarks/middleware.py
	$(python) benchmarks/contracts.py
	$(python) benchmarks/answers.py

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
