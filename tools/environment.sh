#!/bin/sh
# Makes the virtual environment hold one lock: tools/environment.sh app|dev
#
# PYTHON names the interpreter, VENV the folder. Each lock that is in place leaves a stamp in the
# folder (the lock's checksum and the Python it was for), so a second call costs a few milliseconds.
set -eu
cd "$(dirname "$0")/.."
kind=$1
python=${PYTHON:-python3}
venv=${VENV:-.venv}
oldest=11
newest=13

fail() {
    echo "$1" >&2
    exit 1
}

version=$("$python" -c 'import sys; print("%d %d %s" % (sys.version_info[0], sys.version_info[1], sys.platform))' 2>/dev/null) ||
    fail "Gradwalk needs Python 3.$oldest or newer, and '$python' does not start: install python3, or name another with PYTHON=."
read -r major minor platform <<END
$version
END
if [ "$major" -lt 3 ] || [ "$minor" -lt "$oldest" ]; then
    fail "Gradwalk needs Python 3.$oldest or newer, and '$python' is $major.$minor: name another with PYTHON=python3.$oldest."
fi
pins=$minor
if [ "$minor" -gt "$newest" ]; then
    echo "Gradwalk is tested on Python 3.$oldest to 3.$newest; on $major.$minor it takes the pins of 3.$newest." >&2
    pins=$newest
fi

stamp_of() {
    echo "python $major.$minor, $1 $(cksum <"requirements/$1-py3$pins.txt")"
}
# The dev lock holds all of the app lock, so either stamp will do for the app.
holds() {
    [ "$(cat "$venv/.gradwalk-$1" 2>/dev/null)" = "$(stamp_of "$1")" ] && "$venv/bin/python" -c '' 2>/dev/null
}
holds "$kind" && exit 0
[ "$kind" = app ] && holds dev && exit 0

# Anything but a sound app environment to add to is made anew, so that nothing stale stays in it.
if ! holds app || [ -e "$venv/.gradwalk-dev" ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        [ "$platform" = linux ] || fail "'$python' lacks the modules venv and ensurepip: install a complete Python 3.$oldest or newer."
        fail "'$python' cannot make a virtual environment: sudo apt install python3-venv (on Debian and Ubuntu)."
    fi
    echo "Making $venv for Python $major.$minor" >&2
    "$python" -m venv --clear "$venv"
fi
echo "Installing the libraries pinned in requirements/$kind-py3$pins.txt (a minute or two, only once)" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --only-binary :all: --requirement "requirements/$kind-py3$pins.txt"
stamp_of "$kind" >"$venv/.gradwalk-$kind"
