# Everything a person does with Meridian. `make help` lists it.
.DEFAULT_GOAL := help
APP := .venv/bin/python
ENGINE := bot/engine/.venv/bin/python
DEV := MERIDIAN_DEV=1 ./meridian
# The engine's tests load Rasa; its many deprecation warnings are not ours to mend.
ENGINE_TEST := RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1 \
	SQLALCHEMY_SILENCE_UBER_WARNING=1 $(ENGINE) -m pytest -c tests/engine/pytest.ini

# Bytecode is kept in our own environments: without it every start takes many seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run setup train test test-app test-engine faults lint format bench evaluate doctor clean

help:  ## List what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run:  ## Set everything up and serve the assistant on http://127.0.0.1:8000/
	@./meridian up

setup:  ## Bring environments, encoder, database and a model, without serving
	@./meridian setup

train:  ## Train a model from bot/data
	@./meridian train

test: test-setup test-engine test-app  ## Bring what tests need and run every test, the browser ones too

test-setup:
	@$(DEV) setup
	@$(APP) -m tests.browser.chromium
	@$(APP) -m tests.browser.node

test-engine:
	$(ENGINE_TEST) tests/engine tests/encoder

test-app:
	$(APP) -m pytest

faults: test-setup  ## Cut the line, kill servers, fight over times for an hour or more
	MERIDIAN_FAULTS=full $(APP) -m pytest -s tests/faults tests/booking/test_machine.py tests/booking/test_never_twice.py

lint:  ## Check style and types
	@MERIDIAN_DEV=1 ./meridian --help >/dev/null
	$(APP) -m ruff check .
	$(APP) -m ruff format --check .
	$(APP) -m mypy
	$(APP) -m mypy --config-file bot/engine/mypy.ini

format:  ## Format the code
	$(APP) -m ruff format .
	$(APP) -m ruff check --fix .

bench:  ## Measure Meridian against stock Rasa (an hour or two the first time); the report goes to var/bench
	@$(DEV) setup
	$(APP) -m benchmarks

evaluate:  ## Ask the real visitor questions, where they are there
	@./meridian evaluate $${MERIDIAN_SHARED:-../shared}/questions/visitor_questions.jsonl --json var/visitor_questions.jsonl

doctor:  ## Look for everything that keeps Meridian from running
	@./meridian doctor

clean:  ## Remove what was made (environments, models, state): the next run begins anew
	rm -rf .venv bot/engine/.venv .tools tests/browser/node_modules models/*.tar.gz models/*.sha256 models/encoder models/language* var .rasa test-output
