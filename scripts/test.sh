#!/bin/sh
# Runs every test there is. The tests use real components: where they can be installed (Debian, as root or with sudo)
# they are, elsewhere they are named. Under CI=true a test that would skip fails instead.
set -eu
cd "$(dirname "$0")/.."

missing=
command -v tmux >/dev/null || missing="$missing tmux"                                       # the tests in a real terminal
command -v "${CC:-gcc}" >/dev/null || command -v cc >/dev/null || missing="$missing gcc libc6-dev" # the race detector
if [ -n "$missing" ]; then
	if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
		sudo=
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
		sudo=sudo
	else
		echo "to run every test, install:$missing" >&2
		exit 1
	fi
	$sudo apt-get update -qq
	# shellcheck disable=SC2086 # several packages
	$sudo apt-get install -y -qq --no-install-recommends $missing
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
