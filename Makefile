# From Neuron to Product: large models, hands on. `make` alone lists the verbs.
# Every verb does its own set-up; the recipes run in the environment that stands in .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.PHONY: help lab doctor setup test system lint format types unit grading doctest proof notebooks browser colab-test build \
        check-build bench bench-setup bench-training picture lock wheel clean
ifeq ($(origin LOG),environment) # some other program's; ours is typed: make doctor LOG=error.txt
LOG :=
endif
export PYTHON PORT SYSTEM BROWSER GRADING LOG

in_venv := .venv/bin/python
stage := $(in_venv) -m scripts.stages
of_one := $(in_venv) -m scripts.chapter_tests

help: ## this list
	@echo "From Neuron to Product: large models, hands on"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1 \2/p' Makefile | awk '{ printf "  make %-14s", $$2; \
	    $$1 = ""; $$2 = ""; sub(/^ */, ""); print }'
	@echo
	@echo "PYTHON=python3.12 names the Python; PORT=9000 the port of make lab; BROWSER=no opens no browser;"
	@echo "SYSTEM=no installs nothing outside this folder; CI=true lets missing parts fail instead of skipping."

lab: ## opens the course in JupyterLab (the first time: makes all that it needs)
	@python=$$(scripts/find-python.sh lab) && exec "$$python" -I scripts/start.py lab

doctor: ## says what this machine has, line by line: OK, or the one thing to do (GRADING=yes, LOG=error.txt)
	@python=$$(scripts/find-python.sh doctor) && exec "$$python" -I scripts/start.py doctor

setup: ## makes the whole environment in .venv, and nothing else
	@python=$$(scripts/find-python.sh setup) && exec "$$python" -I scripts/start.py environment

test: ## set-up, then every check there is (what concerns one chapter: make test CHAPTER=05-optimizers)
	@python=$$(scripts/find-python.sh test) && "$$python" -I scripts/start.py environment && \
	    exec $(if $(CHAPTER),$(of_one) test $(CHAPTER),$(stage) all)

system: ## installs bubblewrap and Chromium, which the sandbox and the browser tests use
	@python=$$(scripts/find-python.sh system) && exec "$$python" -I scripts/start.py system

lint: setup ## looks for slips and for another layout of the code (ruff)
	@$(stage) lint

format: setup ## lays the code out (ruff)
	@$(in_venv) -m ruff check --fix . && $(in_venv) -m ruff format .

types: setup ## checks the types (mypy)
	@$(stage) types

unit: setup ## runs the tests of the package
	@$(stage) unit

grading: setup ## grades a class of honest and one of hostile notebooks
	@$(stage) grading

doctest: setup ## runs the examples in the docstrings
	@$(stage) doctest

proof: setup ## judges every exercise, its mistakes and mutants over 1,000 seeds (one: make proof EXERCISE=adam_step)
	@$(if $(EXERCISE),$(of_one) proof $(EXERCISE),$(stage) proof)

notebooks: setup ## runs every notebook, unsolved and solved
	@$(stage) notebooks

browser: setup ## uses the course in a real browser
	@$(stage) browser

colab-test: wheel ## installs the wheel as on Colab, among Colab's versions, and runs every notebook there
	@$(in_venv) -m scripts.colab

picture: setup ## makes README's picture from what make browser saw
	@$(in_venv) -m scripts.picture

build: setup ## makes notebooks/ from chapters/ (one: make build CHAPTER=01-activations)
	@.venv/bin/bookutils build $(CHAPTER)

check-build: setup ## says whether notebooks/ is what chapters/ makes
	@.venv/bin/bookutils build --check

bench: setup ## measures, and says whether the targets are met
	@for name in imports check widgets; do $(in_venv) -m benchmarks.$$name || exit 1; done

bench-setup: setup ## makes .venv-bench, with PyTorch and transformers, for make bench-training
	@$(in_venv) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check '.[bench]'

bench-training: setup ## measures fine-tuning and prediction against PyTorch, and the accuracy of three seeds (an hour)
	@missed=0; for name in finetune predict accuracy; do $(in_venv) -m benchmarks.$$name || missed=1; done; exit $$missed

lock: setup ## writes requirements.lock from pyproject.toml
	@$(in_venv) -m scripts.lock

wheel: setup ## builds the package into dist/
	@.venv/bin/uv build --quiet --out-dir dist

clean: ## removes what was made here, except .venv and work/
	rm -rf build dist test-results .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
