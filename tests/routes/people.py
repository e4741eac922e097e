"""The people whom the rules of routes speak of, each by a name."""

NOBODY = frozenset[str]()

VISITOR = "visitor"  # nobody is signed in
ELSEWHERE = "annotator elsewhere"
SEATED_ONE = "annotator of the campaign"
COLLEAGUE = "researcher of another campaign"
VIEWER = "viewer"
EDITOR = "editor"
OWNER = "owner"
ADMIN = "admin"

ADMINS = frozenset({ADMIN})
OWNERS = ADMINS | {OWNER}
EDITORS = OWNERS | {EDITOR}
VIEWERS = EDITORS | {VIEWER}
RESEARCHERS = VIEWERS | {COLLEAGUE}
SEATED = frozenset({SEATED_ONE})
ANNOTATORS = SEATED | {ELSEWHERE}
SIGNED_IN = RESEARCHERS | ANNOTATORS
EVERYBODY = SIGNED_IN | {VISITOR}
