"""Code in a named language, its tokens told apart by classes."""

import time
from io import StringIO

from markdown_it.token import Token
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Some lexers take minutes over a few thousand characters of nonsense. These were tried with it, in
# texts and lines as long as they get here; code in other languages is shown without colours.
LANGUAGES = {
    *("bash", "c", "clojure", "cmake", "common-lisp", "console", "cpp", "csharp", "css", "dart"),
    *("diff", "django", "docker", "elixir", "erlang", "fortran", "fsharp", "go", "graphql"),
    *("groovy", "haskell", "html", "http", "ini", "java", "javascript", "json", "julia", "jsx"),
    *("kotlin", "less", "lua", "make", "markdown", "matlab", "nasm", "nginx", "nimrod"),
    *("objective-c", "ocaml", "perl", "php", "powershell", "prolog", "protobuf", "pycon", "python"),
    *("racket", "restructuredtext", "ruby", "rust", "sass", "scala", "scheme", "scss", "sql"),
    *("swift", "terraform", "tex", "toml", "tsx", "typescript", "vb.net", "vim", "xml", "yaml"),
    *("zig", "delphi", "splus"),
}
LONGEST_BLOCK = 10_000
LONGEST_LINE = 500
LONGEST_IN_TEXT = 20_000
SECONDS = 0.5


def highlight_code(code: str, language: str, _attributes: str) -> str:
    """HTML of a block of a named language; "" leaves plain escaping to markdown."""
    if not language or len(code) > LONGEST_BLOCK or max(map(len, code.split("\n"))) > LONGEST_LINE:
        return ""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    if lexer.aliases[0] not in LANGUAGES:
        return ""
    tokens = []
    until = time.thread_time() + SECONDS
    for token in lexer.get_tokens(code):
        if time.thread_time() > until:
            return ""
        tokens.append(token)
    html = StringIO()
    HtmlFormatter(nowrap=True).format(tokens, html)
    return html.getvalue()


def limit_code(tokens: list[Token]) -> None:
    """Take the language from blocks of code beyond what is highlighted in one text."""
    length = 0
    for token in tokens:
        if token.type == "fence":
            length += len(token.content)
            if length > LONGEST_IN_TEXT:
                token.info = ""
