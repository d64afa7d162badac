# demo        a fictional county to look at, on this machine only
# test        everything that must hold, on both databases and in a browser
# lint        the same without running tests
# bench       how long things take
# lock        write the lock files out of pyproject.toml; lock-check: do they fit it?
# clean       remove what was made here, but not the environment nor the data
.PHONY: demo test lint bench lock lock-check clean

demo:
	@scripts/setup.sh run
	@exec .venv/bin/bangfu demo --host 127.0.0.1 --port 8000 --data var/demo

test:
	@exec scripts/test.sh

lint:
	@exec scripts/test.sh lint

bench:
	@scripts/setup.sh dev
	@exec .venv/bin/python -m benchmarks

lock:
	@scripts/setup.sh dev
	@scripts/lock.sh

lock-check:
	@scripts/setup.sh dev
	@scripts/lock.sh --check

clean:
	@scripts/postgres.sh stop
	rm -rf build dist *.egg-info test-artefacts .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	find bangfu tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
