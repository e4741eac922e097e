#!/bin/sh
# Everything that guards the code without running it. Says what failed at the end, having tried all.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=""

check() {
    title=$1
    shift
    output=$("$@" 2>&1)
    code=$?
    if [ "$code" -eq 0 ]; then
        echo "ok      $title"
    else
        echo "FAILED  $title"
        echo "$output"
        failed="$failed, $title"
    fi
}

told() {
    cat "$2"
    return "$1"
}

# Types take as long as all the rest.
types=$(mktemp)
trap 'rm -f "$types"' EXIT
"$bin/mypy" >"$types" 2>&1 &
types_at_work=$!

check "style" "$bin/ruff" check --output-format concise
check "format" "$bin/ruff" format --check
check "import contracts" "$bin/lint-imports" --no-logo
check "template style" "$bin/djlint" templates --lint --quiet
check "system checks" "$bin/python" manage.py check
check "translations" "$bin/python" -m config.catalogues check
check "migrations" "$bin/python" manage.py makemigrations --check --dry-run
check "OpenAPI" "$bin/python" manage.py spectacular --validate --fail-on-warn --file /dev/null
check "compose file" "$bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
check "Dockerfile" "$bin/hadolint" Dockerfile
wait "$types_at_work"
check "types" told "$?" "$types"

if [ -n "$failed" ]; then
    echo "Failed: ${failed#, }"
    exit 1
fi
