.PHONY: build test lint bench

build: ## the program, stripped, in bin/
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/jotwatch ./cmd/jotwatch

test: ## everything: installs what the tests need where it can, lints, vets for three systems, tests, fuzzes briefly
	scripts/test.sh

lint: ## the linter alone, at its pinned version
	scripts/lint.sh

bench: ## verification held against golang-jwt, as ratios of one run
	go test -run '^$$' -bench . -benchmem ./verifier
