# What a person types is exactly what CI runs. Everything lives in .venv; nothing else is touched.
# Needs Python 3.11 or newer and make. Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check
# headword itself, and headword with what its developers need; redone only when the requirements change.
CORE := $(VENV)/.core-installed
DEV := $(VENV)/.dev-installed

.PHONY: demo test lint docs bench clean

demo: $(CORE)
	$(BIN)/headword demo

test: $(DEV)
	$(BIN)/python -m pytest

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(CORE)
	$(BIN)/python -m headword.cli.reference docs/cli.md

bench: $(DEV)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(CORE): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --upgrade pip
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEV): $(CORE)
	$(PIP) install --quiet --constraint constraints.txt --editable . --group dev
	@touch $@
