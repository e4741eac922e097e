#!/bin/sh
# One campaign from its creation to a downloaded dataset, by curl.
#
#     sh docs/examples/end_to_end.sh
#
# Needs curl, python3 (to read JSON), sha256sum, and a running installation (`make demo`). BASE, SLUG,
# RESEARCHER, ANNOTATOR, PASSWORD and OUT change what stands here.
set -eu
BASE=${BASE:-http://127.0.0.1:8000}
SLUG=${SLUG:-tea-$(date +%s)}
OUT=${OUT:-$SLUG}
API=$BASE/api/v1
JSON='Content-Type: application/json'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A value of the JSON that comes in: `field id`, `field files 0 name`.
field() {
    python3 -c '
import json, sys
found = json.load(sys.stdin)
for name in sys.argv[1:]:
    found = found[int(name) if name.isdigit() else name]
print(found)' "$@"
}

# --fail-with-body prints what was refused, and ends the script.
ask() { curl -sS --fail-with-body "$@"; }

token() {
    ask "$API/auth/token/" -H "$JSON" -d "{\"email\": \"$1\", \"password\": \"${PASSWORD:-demo}\"}" | field token
}

# The job at an address, once it is done.
wait_for() {
    while :; do
        ask "$API/$1" -H "$AS_RESEARCHER" >"$work/job"
        case $(field state <"$work/job") in
            done) return ;;
            failed | cancelled) cat "$work/job"; exit 1 ;;
        esac
        sleep 0.5
    done
}

AS_RESEARCHER="Authorization: Token $(token "${RESEARCHER:-researcher@demo.test}")"
AS_ANNOTATOR="Authorization: Token $(token "${ANNOTATOR:-annotator9@demo.test}")"

# A campaign. Sent again under the same key, it would be created once all the same.
ask "$API/campaigns/" -H "$AS_RESEARCHER" -H "$JSON" -H "Idempotency-Key: $SLUG" -d "{
  \"slug\": \"$SLUG\", \"title\": \"Tea\", \"task_type\": \"pairwise\", \"overlap\": 2
}" >"$work/campaign"

# A change that holds only for the campaign as it was read.
etag=$(ask -D - -o "$work/campaign" "$API/campaigns/$SLUG/" -H "$AS_RESEARCHER" \
    | tr -d '\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')
ask -X PATCH "$API/campaigns/$SLUG/" -H "$AS_RESEARCHER" -H "$JSON" -H "If-Match: $etag" \
    -d '{"title": "Tea, and what goes with it"}' >"$work/campaign"
echo "$(field slug <"$work/campaign"): $(field title <"$work/campaign")"

# Items: a file as the body; a worker imports it.
cat >"$work/tea.jsonl" <<'END'
{"id": "t1", "prompt": "How long should green tea steep?", "responses": [{"id": "a", "text": "Two minutes."}, {"id": "b", "text": "As long as you like it."}]}
{"id": "t2", "prompt": "Milk first?", "responses": [{"id": "a", "text": "Never."}, {"id": "b", "text": "If you like."}]}
{"id": "t3", "prompt": "Which cup?", "responses": [{"id": "a", "text": "A thin one."}, {"id": "b", "text": "Your favourite."}]}
END
import=$(ask "$API/campaigns/$SLUG/items/?name=tea.jsonl" -H "$AS_RESEARCHER" \
    --data-binary @"$work/tea.jsonl" | field id)
wait_for "imports/$import/"
echo "Imported: $(field created <"$work/job")"
ask -X POST "$API/campaigns/$SLUG/open/" -H "$AS_RESEARCHER" >"$work/campaign"

# Judging: join, then answer until there is nothing more.
ask "$API/campaigns/$SLUG/join/" -H "$AS_ANNOTATOR" -H "$JSON" -d '{"consent": {"version": 1}}' >"$work/seat"
while :; do
    status=$(curl -sS -X POST -D "$work/headers" -o "$work/assignment" -w '%{http_code}' \
        "$API/campaigns/$SLUG/next/" -H "$AS_ANNOTATOR")
    if [ "$status" = 204 ]; then
        reason=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Vv]ariorum-[Rr]eason: //p')
        case $reason in
            planning | waiting) sleep 2; continue ;;
        esac
        echo "Nothing more: $reason"
        break
    fi
    assignment=$(field id <"$work/assignment")
    first=$(field item responses 0 id <"$work/assignment")
    ask "$API/assignments/$assignment/judgment/" -H "$AS_ANNOTATOR" -H "$JSON" \
        -H "Idempotency-Key: $SLUG-$assignment" \
        -d "{\"answers\": {\"overall\": {\"preferred\": \"$first\", \"strength\": 2}}, \"reason\": \"It stood first.\"}" \
        >"$work/judgment"
    echo "Judged: $(field item_id <"$work/judgment")"
done

# Reading, and a dataset with its checksums.
ask "$API/campaigns/$SLUG/coverage/" -H "$AS_RESEARCHER" >"$work/coverage"
echo "Covered: $(field strata 0 submitted <"$work/coverage") of $(field strata 0 target <"$work/coverage")"
snapshot=$(ask "$API/campaigns/$SLUG/exports/" -H "$AS_RESEARCHER" -H "$JSON" \
    -H "Idempotency-Key: $SLUG-dataset" -d '{"format": "csv"}' | field id)
wait_for "exports/$snapshot/"
mkdir -p "$OUT"
python3 -c '
import json, sys
for file in json.load(sys.stdin)["files"]:
    print(file["sha256"], "", file["name"])' <"$work/job" >"$work/sums"
while read -r _sha256 name; do
    ask -o "$OUT/$name" "$API/exports/$snapshot/files/$name" -H "$AS_RESEARCHER"
done <"$work/sums"
(cd "$OUT" && sha256sum --quiet -c "$work/sums")
echo "Dataset: $(wc -l <"$work/sums" | tr -d ' ') files in $OUT"
