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

check "style" "$bin/ruff" check --output-format concise
check "format" "$bin/ruff" format --check
check "types" "$bin/mypy"
check "import contracts" "$bin/lint-imports" --no-logo
check "template style" "$bin/djlint" templates --lint --quiet
check "system checks" "$bin/python" manage.py check
check "translations" "$bin/python" -m config.catalogues check
check "migrations" "$bin/python" manage.py makemigrations --check --dry-run
check "OpenAPI" "$bin/python" manage.py spectacular --validate --fail-on-warn --file /dev/null
check "compose file" "$bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
check "Dockerfile" "$bin/hadolint" Dockerfile

if [ -n "$failed" ]; then
    echo "Failed: ${failed#, }"
    exit 1
fi
