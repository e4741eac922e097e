"""What is a formula, what are prices, and what becomes of either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.rendering import render_markdown
from annotation.rendering.formulas import LONGEST_FORMULA, mathml_of

X = "<math><mi>x</mi></math>"
SHOWN = '<math display="block"><mi>x</mi></math>'
BLOCK = f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{SHOWN}</div>\n'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("so $x$ is", f"<p>so {X} is</p>\n"),
        (r"so \(x\) is", f"<p>so {X} is</p>\n"),
        ("so $$x$$ is", f"<p>so {SHOWN} is</p>\n"),
        (r"so \[x\] is", f"<p>so {SHOWN} is</p>\n"),
        ("$$x$$", BLOCK),
        ("$$\nx\n$$", BLOCK),
        ("\\[\nx\n\\]", BLOCK),
        ("so\n$$\nx\n$$\nis", f"<p>so</p>\n{BLOCK}<p>is</p>\n"),
        ("> $$\n> x\n> $$", f"<blockquote>\n{BLOCK}</blockquote>\n"),
        ("**$x$**", f"<p><strong>{X}</strong></p>\n"),
        (
            r"$\frac{1}{2}$",
            "<p><math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></p>\n",
        ),
        (
            r"$$\begin{aligned}a&=b\end{aligned}$$",
            '<div class="formula" tabindex="0" role="group" aria-label="Formula">'
            '<math display="block"><mtable displaystyle="true" scriptlevel="0"><mtr>'
            '<mtd class="math-right"><mi>a</mi></mtd>'
            '<mtd class="math-left"><mo>=</mo><mi>b</mi></mtd></mtr></mtable></math></div>\n',
        ),
    ],
)
def test_tex_becomes_mathml(markdown, html):
    assert render_markdown(markdown) == html


@pytest.mark.parametrize(
    "text",
    [
        "It is $5 and $6.",
        "$5-$6 a head",
        "US$5 or AU$6",
        "$20K vs $30K",
        "from $5 to 6$ or",
        "a $ b $ c",
        "$5, at most ten$",
        "$",
        "$$",
        "$$ $$",
        "only one $x",
        "$x\n\ny$",
    ],
)
def test_prices_and_lone_dollars_stay_text(text):
    assert "<math" not in render_markdown(text)
    assert "$" in render_markdown(text)


def test_emphasis_around_prices_is_emphasis():
    html = "<p><strong>$5</strong>, or <em>$6</em></p>\n"
    assert render_markdown("**$5**, or *$6*") == html


@pytest.mark.parametrize(("markdown", "text"), [(r"\$x\$", "$x$"), (r"\[see note\]", "[see note]")])
def test_escaped_signs_stay_text(markdown, text):
    assert render_markdown(markdown) == f"<p>{text}</p>\n"


def test_a_note_number_in_escaped_brackets_is_no_formula():
    assert render_markdown(r"so\[1\]") == "<p>so[1]</p>\n"


@pytest.mark.parametrize("broken", [r"\frac{a", r"\nosuchcommand", r"a^^b", "{" * 500, "}"])
def test_broken_tex_is_shown_as_it_was_written(broken):
    assert render_markdown(f"so ${broken}$") == f'<p>so <code class="tex">${broken}$</code></p>\n'
    assert f"<code>$${broken}$$</code>" in render_markdown(f"$${broken}$$")


def test_tex_in_code_stays_code():
    assert render_markdown("`$x$`") == "<p><code>$x$</code></p>\n"
    assert "<math" not in render_markdown("```\n$$\nx\n$$\n```")


@pytest.mark.parametrize(
    ("tex", "live"),
    [
        (r"\text{<script>alert(1)</script>}", "<script"),
        (r"\href{javascript:alert(1)}{x}", 'href="'),
        (r"\color{red}{x}", "style="),
        (r"\hspace{500em}x", "500em"),
        (r"\hspace{-500em}x", "500em"),
        (r"\rule{900em}{900em}", "900em"),
        (r"\class{button}{x}", "class="),
    ],
)
def test_a_formula_brings_neither_scripts_nor_styles_nor_room_to_cover_the_page(tex, live):
    html = render_markdown(f"${tex}$")
    assert live not in html.replace('<code class="tex">', "").replace(tex, "")


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 999 + "}" * 999,
        r"\sqrt" * 400,
        r"\hat " * 399 + "x",
        r"\left(" * 150 + r"\right)" * 150,
        r"\begin{matrix}" * 70 + r"\end{matrix}" * 70,
        r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 30 + "x" + "}" * 30,
        r"\def\a{\a}\a",
        "x" * (LONGEST_FORMULA + 1),
    ],
)
def test_deep_long_and_multiplying_tex_is_bounded(tex):
    assert len(mathml_of(tex, display=True)) <= 30 * LONGEST_FORMULA


@given(st.text(alphabet="$\\()[]{}^_&x1 \n<>\"'", max_size=60))
def test_nothing_is_lost_and_nothing_comes_alive(text):
    html = render_markdown(text).lower()
    assert "style=" not in html
    assert html.count("<math") == html.count("</math>")
    assert html.count("x") + html.count("aria-label") >= text.count("x")
