#!/bin/sh
# Runs every test there is. The tests use real components: where they can be installed (Debian, as root or with sudo)
# they are, elsewhere they are named. Under CI=true a test that would skip fails instead.
set -eu
cd "$(dirname "$0")/.."

needs=tmux
if ! command -v "$needs" >/dev/null; then
	if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
		apt-get update -qq && apt-get install -y -qq --no-install-recommends "$needs"
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
		sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends "$needs"
	else
		echo "the tests in a real terminal need $needs: install it, or they are skipped" >&2
	fi
fi

scripts/lint.sh
for system in linux darwin windows; do
	GOOS=$system go vet ./...
done
go test -race ./...
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		go test -run '^$' -fuzz "^$target\$" -fuzztime 5s "$package"
	done
done
