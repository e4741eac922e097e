#!/bin/sh
# Pins requirements/*.in with hashes and without the addresses of indexes.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
# base before dev, which is bound to it.
for name in uv base dev; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --upgrade \
        --output-file "requirements/$name.txt" "requirements/$name.in"
done
