# What one does here. `make help` lists it.
GO ?= go
GOLANGCI ?= golangci-lint
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 20s
KILLS ?= 1000

.PHONY: help build test test-postgres race fuzz lint bench crash demo generate verify

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

build: ## the static binary, in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/relanced ./cmd/relanced

test: ## every test, on SQLite
	$(GO) test ./...

test-postgres: ## the tests that want a database, on PostgreSQL too (RELANCED_TEST_POSTGRES is its address)
	@test -n "$(RELANCED_TEST_POSTGRES)" || { echo "set RELANCED_TEST_POSTGRES to a server where databases may be made, such as postgres://user:pass@127.0.0.1:5432/postgres"; exit 2; }
	$(GO) test -count=1 -timeout 30m ./cache/... ./daemon/... ./cmd/relanced/...

race: ## every test with the race detector
	$(GO) test -race -short -shuffle=on -timeout 30m ./...

fuzz: ## each fuzz target for FUZZTIME
	@for f in $$(grep -rl '^func Fuzz' --include='*_test.go' .); do \
	  for t in $$(grep -ohE '^func Fuzz[A-Za-z0-9_]*' $$f | cut -c6-); do \
	    echo "$$(dirname $$f) $$t"; $(GO) test -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f) || exit 1; \
	  done; done

lint: ## go vet and golangci-lint
	$(GO) vet ./...
	$(GOLANGCI) run ./...

bench: ## the benchmarks behind docs/benchmarks.md
	RELANCED_BENCH=1 $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./...

crash: ## KILLS random kills of the real binary, on a folder and an HTTP channel
	RELANCED_KILLS=$(KILLS) $(GO) test -count=1 -timeout 60m -v -run 'TestRandomKills' ./cmd/relanced

demo: ## eight weeks of a small company
	$(GO) run ./cmd/relanced demo

generate: ## files that are made from code
	$(GO) generate ./...

verify: generate ## fails when a generated file is not the committed one
	git diff --exit-code
