#!/bin/sh
# Runs every test there is. The tests use real components: where they can be installed (Debian, as root or with sudo)
# they are, elsewhere they are named. Under CI=true a test that would skip fails instead.
set -eu
cd "$(dirname "$0")/.."

missing=
command -v tmux >/dev/null || missing="tmux" # for the tests in a real terminal
command -v gnome-keyring-daemon >/dev/null || missing="$missing gnome-keyring" # for the tests with a real keyring
command -v dbus-monitor >/dev/null || missing="$missing dbus"
command -v Xvfb >/dev/null || missing="$missing xvfb" # for the keyring's prompt
command -v xdotool >/dev/null || missing="$missing xdotool"
command -v chromium >/dev/null || missing="$missing chromium" # for the snippet, in the browser that it is for
command -v gcc >/dev/null || missing="$missing gcc libc6-dev" # for the race detector
sudo=
[ "$(id -u)" = 0 ] || sudo="sudo -n"
if [ -n "$missing" ]; then
	if command -v apt-get >/dev/null && $sudo true 2>/dev/null; then
		$sudo apt-get update -qq
		# shellcheck disable=SC2086 # several packages
		$sudo apt-get install -y -qq --no-install-recommends $missing
	else
		echo "what needs these is skipped until you install them: $missing" >&2
	fi
fi
race=-race
[ "$(go env CGO_ENABLED)" = 1 ] || race=

scripts/lint.sh
for system in linux darwin windows; do
	GOOS=$system go vet ./...
done
make build
size=$(wc -c <bin/jotwatch)
if [ "$size" -gt 12582912 ]; then
	echo "the program has $size bytes, more than 12 MiB" >&2
	exit 1
fi
go test $race ./...

# Fuzzes one target briefly. When its time is over, Go's fuzzer now and then fails with "context deadline exceeded" and without an
# input that fails: then it runs once more.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
fuzz() {
	for again in yes no; do
		if go test -run '^$' -fuzz "^$1\$" -fuzztime 5s "$2" >"$log" 2>&1; then
			cat "$log"
			return
		fi
		cat "$log"
		if [ $again = no ] || grep -q 'Failing input' "$log" || ! grep -q 'context deadline exceeded' "$log"; then
			return 1
		fi
	done
}
for package in $(go list ./...); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		fuzz "$target" "$package"
	done
done
