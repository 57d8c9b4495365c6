.PHONY: build test lint bench

build: ## the program, stripped, in bin/; without HTTP/2, which the listener does not speak
	CGO_ENABLED=0 go build -trimpath -tags nethttpomithttp2 -ldflags "-s -w" -o bin/jotwatch ./cmd/jotwatch

test: ## everything: installs what the tests need where it can, lints, vets for three systems, tests, fuzzes briefly
	scripts/test.sh

lint: ## the linter alone, at its pinned version
	scripts/lint.sh

bench: ## the targets of speed and memory, where they can be as ratios of one run; JOTWATCH_FLOOD=1m floods for a minute
	go test -run '^$$' -bench . -benchmem ./verifier
	go test -run '^$$' -bench 'Frame|Init|Paste' ./tui
	go test -run '^$$' -bench 'Flood|Secret' -benchtime 1x -timeout 20m ./tui
	go test -run '^$$' -bench FirstFrame -benchtime 30x ./cmd/jotwatch
	go test -run '^$$' -bench Memory -benchtime 1x ./cmd/jotwatch
