#!/bin/sh
# Installs requirements into .venv: `setup.sh base` to run, `setup.sh dev` to check and test too.
# Costs nothing when they have not changed since.
set -eu
cd "$(dirname "$0")/.."
kind=$1
venv=.venv

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

stamp_of() { cat requirements/uv.txt "$@" | cksum; }
is_installed() { [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.installed-$1" 2>/dev/null)" = "$2" ]; }

base_stamp=$(stamp_of requirements/base.txt)
dev_stamp=$(stamp_of requirements/base.txt requirements/dev.txt)
case $kind in
    base) stamp=$base_stamp ;;
    dev) stamp=$dev_stamp ;;
    *) fail "setup.sh knows base and dev." ;;
esac

# Translations are compiled anew when they have changed.
compile_catalogues() { "$venv/bin/python" -m config.catalogues compile; }

if is_installed "$kind" "$stamp"; then
    compile_catalogues
    exit 0
fi

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python of at least 3.11."
        echo "$PYTHON"
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Variorum needs Python 3.11 or newer. Install it, or name one with PYTHON=/path/to/python3."
}

can_install() { "$venv/bin/uv" --version || "$venv/bin/python" -m pip --version; }

if ! is_new_enough "$venv/bin/python" || ! can_install >/dev/null 2>&1; then
    python=$(find_python)
    say "Setting up $venv with $("$python" --version) …"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >"$venv.log" 2>&1; then
        cat "$venv.log" >&2
        rm -rf "$venv" "$venv.log"
        fail "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
    fi
    rm -f "$venv.log"
fi

pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }
"$venv/bin/uv" --version >/dev/null 2>&1 \
    || pip install --quiet --require-hashes -r requirements/uv.txt \
    || fail "Installing uv failed. Is a package index reachable?"

# A venv with the tools for testing keeps them when only base is asked for.
files=requirements/base.txt
if [ "$kind" = dev ] || [ -e "$venv/.installed-dev" ]; then
    kind=dev
    files="$files requirements/dev.txt"
fi
say "Installing $kind requirements …"
rm -f "$venv/.installed-base" "$venv/.installed-dev"
# shellcheck disable=SC2086 # the list is meant to be split
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip sync --quiet --require-hashes --compile-bytecode $files \
    || pip install --quiet --require-hashes $(printf ' -r %s' $files) \
    || fail "Installing the requirements failed. Is a package index reachable?"
echo "$base_stamp" >"$venv/.installed-base"
[ "$kind" = base ] || echo "$dev_stamp" >"$venv/.installed-dev"
compile_catalogues
