# make lab           set up, then open JupyterLab on the first lesson
# make test          set up, then run every check and test, notebooks included
# make coverage      the tests again, then how much of course/ they cover and what they leave out
# make test-oldest   the tests again, with the oldest versions that pyproject.toml allows
# make lint          set up, then check format, style, types and who imports whom
# make setup         what the others do first: an environment with the course, its tests and all they need
# make notebooks     run the lessons that differ from the last commit, and store their outputs
# make constraints   pin anew what pyproject.toml names, for every supported Python and system
# make bench         measure the figures of site/figures.md
# make picture       draw the README's picture anew
# make site          build the site of the lessons in build/site
# make site-test     the same, then test it in a real browser (needs Chromium)
# make hub-test      try a class of LEARNERS (3 unless you say otherwise) on a JupyterHub of its own (needs root)
# make screenshots   take the pictures of the explorers anew (needs Chromium)
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
LAB = $(VENV)/.lab
READY = $(VENV)/.ready
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
# No progress bars in outputs that are compared.
QUIET = TQDM_DISABLE=1
# More than most machines of ours have cores: a test waits as long as it computes.
WORKERS = 3
PYTEST = -m pytest --numprocesses=$(WORKERS)
# `make test LINT=` leaves it out.
LINT = lint

.PHONY: help setup lab test tests coverage test-oldest lint notebooks constraints bench picture site site-test hub-test screenshots

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

setup: $(READY)

$(LAB): pyproject.toml constraints.txt overrides.json
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)' here: install Python 3.11 or later, or name yours: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The course needs Python 3.11 or later and $(PYTHON) is $$($(PYTHON) -V 2>&1): name a newer one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module: install it (on Debian and Ubuntu the package python3-venv), then try again"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) -V). First an empty environment, which takes some seconds ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "... then JupyterLab and what else the course needs: 110 packages, 95 MB to download, about a minute ..."
	@$(INSTALL) '.[lab]'
	@touch $(LAB)
	@echo "... done."

$(READY): $(LAB)
	@echo "Adding what the tests need to $(VENV): 80 packages, 150 MB to download, about a minute ..."
	@$(INSTALL) '.[lab,classroom,cluster,test]'
	@touch $(READY)
	@echo "... done."

# --allow-root: in a container one is often root. The token in the address stays. The file browser shows lessons and
# programs only.
HIDDEN = --ContentsManager.hide_globs=pictures --ContentsManager.hide_globs=__pycache__
lab: $(LAB)
	@echo "JupyterLab starts, and opens the first lesson in your browser in a few seconds. If it does not, open the last of the"
	@echo "addresses below. All work is stored in the folder notebooks. To end JupyterLab press Ctrl-C twice in this window."
	@$(BIN)/python -W ignore::DeprecationWarning:traitlets.traitlets -m jupyterlab --log-level=WARN --allow-root --notebook-dir=notebooks $(HIDDEN) --LabApp.default_url=/lab/tree/00_start_here.ipynb

# Both at once: neither keeps two cores busy all the time.
test: $(READY)
	@$(MAKE) --no-print-directory --jobs=2 $(LINT) tests

tests: $(READY)
	$(QUIET) $(BIN)/python $(PYTEST)

# Mutants of solutions cover nothing that other tests do not. The figure is printed even if a test has failed.
coverage: $(READY)
	$(BIN)/coverage erase
	$(QUIET) $(BIN)/coverage run $(PYTEST) --ignore=tests/checking/test_mutants.py; status=$$?; \
	    $(BIN)/coverage combine --quiet && $(BIN)/coverage report && exit $$status

# On the oldest Python, for which all of them have wheels. They may use what newer packages call deprecated. The servers
# of others are served by the versions of today only. Of the dependencies only cloudpickle has a part in judging answers,
# and it does the same for right and for wrong ones and for mutants, so it is tried with the right ones.
test-oldest: VENV = .venv-oldest
test-oldest:
	@$(MAKE) --no-print-directory setup VENV=$(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $$($(BIN)/python tools/oldest.py)
	$(QUIET) $(BIN)/python $(PYTEST) -W ignore::DeprecationWarning --ignore=tests/serving/test_strangers.py \
	    --ignore=tests/checking/test_mutants.py --deselect=tests/checking/test_answers.py::test_a_wrong_answer_gets_the_hint_meant_for_it

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

notebooks: $(READY)
	$(QUIET) $(BIN)/python tools/store.py

# Each pin is the newest version for some Python: a package that has left Python 3.11 behind is pinned twice.
constraints: $(READY)
	@$(INSTALL) '.[pins]'
	$(BIN)/uv pip compile --quiet --universal --python-version=3.11 --all-extras --upgrade --system-certs --no-annotate \
	    --custom-compile-command='make constraints' --output-file=constraints.txt pyproject.toml

bench: $(READY)
	@$(INSTALL) '.[bench]'
	$(BIN)/python -m benchmarks

picture: $(READY)
	$(BIN)/python tools/picture.py

site: $(READY)
	@$(INSTALL) '.[site]'
	$(QUIET) $(BIN)/python tools/build_site.py

site-test: site
	COURSE_SITE=required $(BIN)/python -m pytest tests/site

# Users that can read neither this folder nor its Python get an environment that they can: HUB_PYTHON is the system's.
HUB ?= /var/tmp/many-clients-hub
HUB_PYTHON ?= /usr/bin/python3
LEARNERS ?= 3
hub-test: $(READY)
	HUB=$(HUB) PYTHON=$(HUB_PYTHON) deploy/jupyterhub/hub.sh install
	HUB=$(HUB) LEARNERS=$(LEARNERS) COURSE_HUB=required $(BIN)/python -m pytest tests/hub

screenshots: $(READY)
	$(BIN)/python tools/screenshots.py
