# perfbatch：一条命令做完一件事。`make help` 列出全部。
PYTHON ?= python3
# "make bundle PYTHON=3.12" names the Python of the bundle's computer, not a command of this one.
ifneq ($(filter 3.%,$(PYTHON)),)
override BUNDLE_PYTHON := $(PYTHON)
override PYTHON := python3
endif
VENV   := .venv
BIN    := $(VENV)/bin
GIVEN_INPUT := $(value INPUT)
INPUT  ?= sample_inputs
OUT    ?= out
MONTH  ?=
JOBS   ?= 2
KILLS  ?= 200
STAMP  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup prove-defences fuzz fuzz-guided run monthly test lint audit soak soak-watch format docs record samples pictures bench bench-forms bench-large lock bundle wheel clean soak-serve

help: ## 列出可用命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(STAMP) ## 按锁定文件建立 .venv（含 perfbatch 命令）

# Hashes are required for everything, the build backend included; the package itself is built without
# a network (--no-build-isolation).
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本：make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Status 1 says that a file was refused: the sample folder holds damaged ones on purpose.
run: setup ## 核验 sample_inputs/（或 INPUT=文件夹），结果在 out/
	@$(BIN)/perfbatch run "$(INPUT)" --output "$(OUT)" || [ $$? -eq 1 ]

# The script does it, for cron too. Its variables come to it as make was given them; the samples are no month's forms. make turns every failure into 2: the command's own status stands in OUT/MONTH/status.
monthly: export INPUT := $(GIVEN_INPUT)
monthly: setup ## 月度核验：make monthly MONTH=2022-03 INPUT=文件夹 [ROSTER= TARGETS= DEADLINE= NOTICES=1]
	@./monthly.sh $(ARGS) || [ $$? -eq 1 ]

test: setup ## 运行全部测试
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

fuzz: setup ## 用变异的工作簿试读取：make fuzz [SECONDS=3600] [SEED=0]
	$(BIN)/python -m tests.fuzz $(or $(SECONDS),3600) $(or $(SEED),0)

fuzz-guided: setup ## 按代码覆盖引导的试读取（需先装 atheris，只有 Linux 的）：make fuzz-guided [SECONDS=240]
	$(BIN)/python -m tests.fuzz_guided values $(or $(SECONDS),240)
	$(BIN)/python -m tests.fuzz_guided readers $(or $(SECONDS),240)

lint: setup ## 检查代码（ruff、mypy）
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: setup ## 核对锁定文件：每个包仍在、校验和相符、没有被撤回（见 SECURITY.md）
	$(BIN)/python -m tests.audit requirements.lock

prove-defences: setup ## 逐一关掉每道防护，看它的测试是否失败（见 docs/reliability.md；ROWS= 只做名称里有这些字的）
	$(BIN)/python -m tests.prove_defences $(ROWS)

soak: setup ## 反复在任意时刻中断核验（200 次，约十分钟；make soak KILLS=1000 SEED=7）
	$(BIN)/python -m tests.soak --kills $(KILLS) --seed $(or $(SEED),2021)

soak-watch: setup ## 让 2000 个文件以各种方式到达收件夹（make soak-watch ARRIVALS=10000）
	$(BIN)/python -m tests.soak_watch --arrivals $(or $(ARRIVALS),2000)

soak-serve: setup ## 网页上 50 次核验、5 人同时（约十分钟）
	$(BIN)/python -m tests.soak_serve

format: setup ## 整理代码格式
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

samples: setup ## 重新生成 sample_inputs/ 及其说明（开发者用）
	$(BIN)/python -m tests.generator samples --output sample_inputs

record: setup ## 重新记录 tests/data 里的读取、计分和发现，并重做说明页；逐行看过差异再提交（开发者用）
	$(BIN)/python -m tests.record
	$(BIN)/python -m perfbatch.pages docs
	@git --no-pager diff --stat -- tests/data docs 2>/dev/null || true

docs: setup ## 由定义重新生成 docs/ 里的说明页（开发者用）
	$(BIN)/python -m perfbatch.pages docs

bench: setup ## 与常见写法、高手写法的脚本比速度：1 到 1000 个文件，写入 docs/benchmarks.md（约十分钟）
	$(BIN)/python -m benchmarks.run --forms 1 20 100 300 1000 --rounds 3 --write

bench-forms: setup ## 空白自评表的耗时，写入 docs/benchmarks.md
	$(BIN)/python -m benchmarks.blank_forms --projects 100 --write

bench-large: setup ## 同上，10000 和 100000 个文件，另加名单、批复目标和历史（约一小时，需 15 GB 磁盘）
	$(BIN)/python -m benchmarks.run --forms 10000 --rounds 2 --no-floors --season --write
	$(BIN)/python -m benchmarks.run --forms 100000 --rounds 1 --no-floors --season --write

clean: ## 删除 .venv、out 和缓存
	rm -rf $(VENV) out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

UV_LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

lock: ## 更新两个锁定文件：开发者的，和只为运行的（开发者用，需要 uv）
	$(UV_LOCK) --all-extras --group dev --group bench pyproject.toml -o requirements.lock
	$(UV_LOCK) --extra serve --group bundle -c requirements.lock pyproject.toml -o requirements-run.lock

bundle: setup ## 做一个不用联网就能安装的压缩包：make bundle PLATFORM=win_amd64 [PYTHON=3.12] [PYTHON_ARCHIVE=文件]
	@$(BIN)/python -m bundle "$(PLATFORM)" $(if $(BUNDLE_PYTHON),--python "$(BUNDLE_PYTHON)") $(if $(PYTHON_ARCHIVE),--python-archive "$(PYTHON_ARCHIVE)")

wheel: setup ## 打包
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

pictures: run ## 重画 README 里的图（开发者用，需要 LibreOffice 和 poppler-utils）
	docs/pictures/render.sh "$(OUT)"
	docs/pictures/render-blank-forms.sh
	docs/pictures/render-season.sh
