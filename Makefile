PYTHON ?= python3
VENV ?= .venv
UV ?= uv
ARGS ?=

in_venv := $(VENV)/bin/python
environment := PYTHON="$(PYTHON)" VENV="$(VENV)" tools/environment.sh

.PHONY: help run test check window-tests bench soak verify desktop no-desktop lock clean

help:
	@echo 'make run           open the window; ARGS="file.gradwalk.json" opens that experiment'
	@echo 'make test          the whole test suite; ARGS="-k words" narrows it'
	@echo 'make check         ruff, mypy --strict and the import contracts'
	@echo 'make window-tests  the tests of the real window, on a screen of their own (Xvfb)'
	@echo 'make bench         the benchmarks (installs PyTorch to compare with)'
	@echo 'make soak          uses the window for ten minutes, and reports memory and frames'
	@echo 'make verify        reads exported weights back by PyTorch, ONNX Runtime and NumPy'
	@echo 'make desktop       adds Gradwalk to the menu of a Linux desktop (make no-desktop removes it)'
	@echo 'make lock          write requirements/*.txt anew from pyproject.toml (needs uv)'
	@echo 'make clean         remove $(VENV) and the caches'
	@echo
	@echo 'PYTHON=python3.12 chooses the interpreter (3.11 to 3.13).'

run:
	@$(environment) app
	@$(in_venv) -m gui.preflight
	@$(in_venv) main.py $(ARGS)

test:
	@$(environment) dev
	@QT_QPA_PLATFORM=offscreen $(in_venv) -m gui.preflight
	$(in_venv) -m pytest $(ARGS)

check:
	@$(environment) dev
	$(in_venv) -m ruff check .
	$(in_venv) -m ruff format --check .
	$(in_venv) -m mypy --strict
	$(in_venv) $(VENV)/bin/lint-imports

window-tests:
	@$(environment) dev
	@QT_QPA_PLATFORM=xcb $(in_venv) -m gui.preflight
	@command -v xvfb-run >/dev/null || { echo 'The window tests need xvfb-run: sudo apt install xvfb xauth (on Debian and Ubuntu).' >&2; exit 1; }
	QT_QPA_PLATFORM=xcb GRADWALK_TEST_PLATFORM=xcb xvfb-run -a -s '-screen 0 1920x1080x24' \
		$(in_venv) -m pytest -m window $(ARGS)

bench:
	@$(environment) dev
	@$(in_venv) -c 'import torch' 2>/dev/null || $(in_venv) -m pip install --quiet --requirement requirements/bench.txt
	$(in_venv) -m tests.benchmarks $(ARGS)

soak:
	@$(environment) dev
	$(in_venv) -m tests.soak $(ARGS)

verify:
	@$(environment) dev
	@$(in_venv) -c 'import onnx, torch' 2>/dev/null || $(in_venv) -m pip install --quiet --requirement requirements/verify.txt
	$(in_venv) -m tests.verify

desktop:
	@$(environment) app
	@tools/desktop.sh install

no-desktop:
	@tools/desktop.sh remove

# UPGRADE=--upgrade also moves the pins that still fit to their newest releases.
lock:
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv: pip install uv, or name it with UV=.' >&2; exit 1; }
	@set -e; for minor in 11 12 13; do for kind in app dev; do \
		echo "requirements/$$kind-py3$$minor.txt"; \
		$(UV) pip compile --quiet --universal --python-version 3.$$minor --generate-hashes \
			--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE) \
			--constraints requirements/constraints.txt $$([ $$kind = dev ] && echo --group dev) \
			--output-file requirements/$$kind-py3$$minor.txt pyproject.toml; \
	done; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
