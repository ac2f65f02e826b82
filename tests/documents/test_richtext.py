import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.blocks import List, Paragraph, Prose, Quote, Run, SubHeading
from documents.richtext import (
    TooDeep,
    clean,
    figure_names,
    find_words,
    from_plain,
    note_marks,
    nth_of,
    put_figure,
    section_links,
    to_plain,
    to_prose,
    words,
)

FIGURE = '<span data-figure="budget.gross" data-style="£m"></span>'

# --- cleaning --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>The service runs two libraries.</p>",
        f"<p>It spends {FIGURE} a year.</p><ul><li>Lend books</li><li>Keep records</li></ul>",
        "<h3>Aims</h3><p>a<br>b</p><h4>Smaller</h4><blockquote><p>q</p></blockquote>",
        '<ol start="3"><li>c<ul><li>deeper</li></ul></li><li><p>one</p><p>two</p></li></ol>',
        "<p>CO<sub>2</sub>, m<sup>2</sup>, <strong>a <em>b</em></strong></p>",
        '<p><a href="https://example.org/?a=1&amp;b=2">x</a> <a href="#budget">y</a></p>',
        '<p><a href="mailto:a@example.org"><strong>Write</strong> to us</a></p>',
        "<p>1 &lt; 2 &amp;&nbsp;3 &gt; 2 \"quoted\" 'so'</p>",
    ],
)
def test_canonical_html_stays_as_it_is(html):
    assert clean(html) == html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("Set in May, once outturn is known.", "<p>Set in May, once outturn is known.</p>"),
        ("one\n\ntwo\nlines", "<p>one</p><p>two lines</p>"),
        ("AT&T costs < £5 if a<b", "<p>AT&amp;T costs &lt; £5 if a&lt;b</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("before<p>in</p>after", "<p>before</p><p>in</p><p>after</p>"),
        ("<p></p><p>&nbsp;</p><ul><li></li></ul><h3> </h3><blockquote></blockquote>", ""),
        ("<p>a<br><br>b<br></p>", "<p>a</p><p>b</p>"),
        ("<p>  a \n b </p>", "<p>a b</p>"),
        ("<h1>Big</h1><h2>Less</h2><h5>Small</h5>", "<p>Big</p><p>Less</p><p>Small</p>"),
        ("<h3>a<br>b</h3>", "<h3>a b</h3>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<table><tr><th>a<td>b</table>", "<p>a</p><p>b</p>"),
        ("<b>bold</b> <i>slant</i> <u>line</u>", "<p>bold slant line</p>"),
        ("<p class=x style='a:b' id=c onclick=d>a</p>", "<p>a</p>"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "<p>abc</p>"),
        ("a<!-- hidden <p> -->b", "<p>ab</p>"),
        ("<template>a</template><noscript>b</noscript>", "<p>ab</p>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul>a<li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<li>a</li>", "<p>a</p>"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ol><li>a</ol><ol><li>b</ol>", "<ol><li>a</li></ol><ol><li>b</li></ol>"),
        ("<ol><li>a</ol><ol start=2><li>b</ol>", "<ol><li>a</li><li>b</li></ol>"),
        ("<ol start=x><li>a</ol>", "<ol><li>a</li></ol>"),
        ("<ol start=-1><li>a</ol>", "<ol><li>a</li></ol>"),
        ("<strong>a<p>b</p></strong>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<em><strong>a</strong></em>", "<p><strong><em>a</em></strong></p>"),
        ("<p>a<strong> b </strong>c</p>", "<p>a <strong>b</strong> c</p>"),
        ("<p><sup>a b</sup></p>", "<p><sup>a</sup> <sup>b</sup></p>"),
        ("<a>x</a> <a href=''>y</a>", "<p>x y</p>"),
        (
            "<a href=HTTPS://Example.org target=_top>x</a>",
            '<p><a href="https://Example.org">x</a></p>',
        ),
        ("<a href='https://a.org/b c'>x</a>", '<p><a href="https://a.org/b%20c">x</a></p>'),
        ("<a href='/logout'>x</a><a href='#Not A Key'>y</a>", "<p>xy</p>"),
        ("<a href='javascript:alert(1)'>x</a>", "<p>x</p>"),
        ("a\x00b\x1b\ud800\ufffe", "<p>ab</p>"),
    ],
)
def test_everything_else_is_brought_into_shape(html, cleaned):
    assert clean(html) == cleaned


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<span data-style="£m" data-figure="budget.gross" class="x">£148.3m</span>', FIGURE),
        (f"{FIGURE[:-7]} spent", f"{FIGURE} spent"),
        ('<span data-figure="budget.gross" data-style="£m"/> spent', f"{FIGURE} spent"),
        (
            '<span data-figure="budget.gross">9</span>',
            '<span data-figure="budget.gross" data-style="plain"></span>',
        ),
        (
            "<span data-figure='kpi.NI &lt;59&gt;.t0809' data-style='huge'></span>",
            '<span data-figure="kpi.NI &lt;59&gt;.t0809" data-style="plain"></span>',
        ),
        ('<span data-figure="budget">word</span>', "word"),
        ('<span data-figure="No Such.path">word</span>', "word"),
        ("<span class=x>word</span>", "word"),
    ],
)
def test_a_live_figure_is_kept_empty_and_a_bare_span_goes(html, cleaned):
    assert clean(f"<p>{html}</p>") == f"<p>{cleaned}</p>"


def test_nesting_is_kept_to_sixty_levels():
    deep = "<blockquote>" * 60 + "x" + "</blockquote>" * 60
    lists = "<ul><li>" * 30 + "x"

    assert clean(deep) == "<blockquote>" * 60 + "<p>x</p>" + "</blockquote>" * 60
    assert clean(clean(lists)) == clean(lists)


@pytest.mark.parametrize(
    "unit", ["<blockquote>", "<ul><li>", "<ul>", "<ol>", "<sup>", "<strong><p>"]
)
@pytest.mark.parametrize("times", [250, 20_000])
def test_deeper_nesting_is_refused(unit, times):
    with pytest.raises(TooDeep, match="nested more than 60 levels deep"):
        clean(unit * times + "x")


@pytest.mark.parametrize("unit", ["<blockquote>", "<ul>", "<ol>"])
def test_the_sixty_first_level_is_refused(unit):
    with pytest.raises(TooDeep):
        clean(unit * 61 + "x")


# --- hostile input ---------------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    '<svg><a><set attributeName="href" to="javascript:alert(1)"></set><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;i'
    'mg src=1 onerror=alert(1)&gt;">',
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="<'
    '/style><img onerror=alert(1) src>">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    '<a href="java&#9;script:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a href="https://ok" style="background:url(javascript:1)" onclick=alert(1) target=_top>x</a>',
    '<p style="width:1000000px;background:url(http://127.0.0.1/)">x</p>',
    "<style>@import url(file:///etc/passwd)</style>",
    "<link rel=attachment href=file:///etc/passwd>",
    '<base href="https://evil">',
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="data:text/html;base64,PHNjcmlwdD4="></object>',
    "<td colspan=1000000 rowspan=99999999>x</td>",
    '<table><tr><td colspan="1e9">x</table>',
    "<ol start=99999999999999999999><li>x</ol>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src onerror=alert(1)>"></textarea>',
    '<xmp><p title="</xmp><svg/onload=alert(1)>">',
    '<title><a title="</title><img src=x onerror=alert(1)>">',
    "<p id=csrfmiddlewaretoken name=x class=admin data-x=1 hx-get=/x x-data"
    '="{}" @click=alert(1)>x</p>',
    '<a href="https://x" hx-on:click="alert(1)" data-action="x">x</a>',
    "<details open ontoggle=alert(1)>x</details>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<template><img src=x onerror=alert(1)></template>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<<b>script>alert(1)</<b>script>",
    "<scr<script></script>ipt>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script/x>alert(1)</script >",
    "<svg/onload=alert(1)>",
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2'
    '000/svg/>#x"></use></svg>',
    '<svg><style>{font-family:"<img/src=x onerror=alert(1)>"}</style></svg>',
    '<math href="javascript:alert(1)">x</math>',
    '<math><annotation-xml encoding="text/html"><p><style><a title="</style'
    '><img src onerror=alert(1)>">',
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<html><head><script>alert(1)</script></head></html>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    '<embed src="javascript:alert(1)">',
    "<applet code=x></applet>",
    "<plaintext><img src=x onerror=alert(1)>",
    '<a href="https://ok@evil.example" ping=//evil.example>x</a>',
    """<a href='https://x" onmouseover="alert(1)'>x</a>""",
    '<a href="https://x/&quot; onmouseover=&quot;alert(1)">x</a>',
    """<span data-figure='budget.gross" onclick="alert(1)' data-style="£m"></span>""",
    '<span data-figure="budget.gross" data-style="£m&quot; onclick=&quot;al'
    'ert(1)"><img src=x onerror=alert(1)></span>',
    '<h3 onclick=alert(1) style="position:fixed">x</h3>',
    '<ul type="disc" onclick=alert(1)><li value=1e9 onclick=alert(1)>x</ul>',
    '<a href="HtTpS:javascript:alert(1)">x</a>',
    '<a href="mailto:a@b.c?body=<script>">x</a>',
    '<a xlink:href="javascript:alert(1)" href="#x&#x22;onclick=&#x22;alert(1)">x</a>',
    '<?xml version="1.0"?><?php system("id") ?>',
    '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "<br onclick=alert(1)/><strong/onclick=alert(1)>x",
]

ELEMENTS = {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "br", "sup", "sub"}
ATTRIBUTES = {"ol": {"start"}, "a": {"href"}, "span": {"data-figure", "data-style"}}
STYLES = {"£m", "£000", "£", "plain", "words"}


class Offences(HTMLParser):
    """Collects every tag, attribute and address that rich text may not hold."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        known = tag in ELEMENTS or tag in ATTRIBUTES
        if not known or not {name for name, _ in attributes} <= ATTRIBUTES.get(tag, set()):
            self.found.append((tag, attributes))
        named = dict(attributes)
        if not re.fullmatch(
            r"https?://[^\s\"]+|mailto:[^\s\"]+|#[a-z0-9-]+", named.get("href", "#x")
        ):
            self.found.append((tag, attributes))
        if tag == "span" and (named["data-style"] not in STYLES or not named["data-figure"]):
            self.found.append((tag, attributes))
        if not re.fullmatch(r"\d{1,5}", named.get("start", "1")):
            self.found.append((tag, attributes))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("declaration", decl))

    def handle_pi(self, data):
        self.found.append(("instruction", data))


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("wrapper", ["{}", "<p>a {} b</p>", "<ul><li>{}</li></ul>"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives(payload, wrapper):
    html = wrapper.format(payload) if "{}" in wrapper else payload
    cleaned = clean(html)

    assert Offences(cleaned).found == []
    assert clean(cleaned) == cleaned
    assert Offences(from_plain(html)).found == []
    assert from_plain(to_plain(cleaned)) == cleaned


# --- any input -------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<ul>", "</ul>", "<ol>", "<ol start=3>", "</ol>", "<li>", "</li>"),
        *("<strong>", "</strong>", "<em>", "</em>", "<sup>", "</sup>", "<sub>", "</sub>"),
        *("<a href='https://x.org/(a)?b=1&c'>", "<a href='#key'>", "<a href=javascript:1>", "</a>"),
        *("<blockquote>", "</blockquote>", "<br>", "<h3>", "</h3>", "<h4>", "</h4>", "</span>"),
        *("<span data-figure='budget.gross' data-style='£m'>", "<span>", "<div>", "</div>"),
        *("<span data-figure='a.NI {5} \\ x' data-style='plain'>", "<table><tr><td>", "</table>"),
        *("<script>", "</script>", "<!--", "-->", "<b", "<<", "</", "/>", "<svg>", "<select>"),
        *("<title>", "<textarea>", "<math>", "<template>", "&amp;", "&nbsp;", "&lt;", "&#8232;"),
        *(" ", "  ", "\n", "\n\n", "\t", "a", "b", "word", "\xa0", "\u200b", "é", "\x00", "\ud800"),
        *("\u2028", "\x85", "\x0b", '"', "'", "=", "- ", "1. ", "12. ", "### ", "#### ", "> "),
        *(">", "*", "**", "***", "^", "~", "{{", "}}", "{{budget.gross £m}}", "[", "]", "]("),
        *("(", ")", "\\", "{", "x.", "-", "[note 1]", "[x](https://y.org)"),
    ]
)
anything = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@settings(max_examples=400, deadline=None)
@given(anything)
def test_cleaning_again_changes_nothing(html):
    cleaned = clean(html)

    assert clean(cleaned) == cleaned
    assert Offences(cleaned).found == []


@settings(max_examples=400, deadline=None)
@given(anything)
def test_plain_text_loses_nothing(html):
    cleaned = clean(html)

    assert from_plain(to_plain(cleaned)) == cleaned


@settings(max_examples=400, deadline=None)
@given(anything)
def test_whatever_is_typed_becomes_clean(text):
    cleaned = from_plain(text)

    assert clean(cleaned) == cleaned
    assert from_plain(to_plain(cleaned)) == cleaned


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec="latin-1", categories=("L", "N", "Zs")) | st.sampled_from("<>&"))
)
def test_no_word_is_lost(text):
    unmarked = re.sub(r"<(?=[a-zA-Z])", "< ", text)

    assert words(clean(unmarked)).split() == unmarked.split()


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a",
        '<a x="<a ',
        "<p>x",
        "x<br>",
        "<font a=1><p>x",
        "<table><tr><td>x",
        "<!--",
        "<!a",
        "<script>",
        "</p>",
        "&",
        "*a* ",
        "^a^",
        "[a](",
        "{{",
        "](",
        "- a\n",
        "- a\n\n",
        "> a\n\n",
        "1. a\n",
        "a\n",
        "> - ",
        "\\",
        "<sup>a b</sup>",
        "<ul><li>a</ul>",
        "\n",
    ],
)
def test_the_longest_text_takes_time_in_proportion(unit):
    """20 times the text may take 100 times as long; were it quadratic, it would take 400."""
    short, long = (_seconds((unit * 50_000)[:length]) for length in (2_500, 50_000))

    assert long < max(100 * short, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["<p>x", "*a* ", "- a\n\n", "> a\n\n", "a\n", "word "])
def test_text_at_the_limit_is_read_in_seconds(unit):
    assert _seconds((unit * 200_000)[:200_000]) < 30


def _seconds(text):
    started = time.process_time()
    clean(text)
    to_plain(from_plain(text))
    return time.process_time() - started


# --- to the document -------------------------------------------------------------------------


def printed(name, style):
    return f"<{name} as {style}>"


def test_rich_text_becomes_prose():
    html = (
        f'<h3>Aims</h3><p>We spend <strong>{FIGURE}</strong><br>in <a href="#budget">all</a>.</p>'
        '<ol start="2"><li>One<ul><li>Deeper</li></ul></li></ol><blockquote><h4>Q</h4></blockquote>'
    )

    assert to_prose(html, figures=printed) == Prose(
        (
            SubHeading((Run("Aims"),), 1),
            Paragraph(
                (
                    Run("We spend "),
                    Run("<budget.gross as £m>", strong=True, figure="budget.gross"),
                    Run("\n"),
                    Run("in "),
                    Run("all", href="#budget"),
                    Run("."),
                )
            ),
            List(
                (
                    (
                        Paragraph((Run("One"),)),
                        List(((Paragraph((Run("Deeper"),)),),)),
                    ),
                ),
                ordered=True,
                start=2,
            ),
            Quote((SubHeading((Run("Q"),), 2),)),
        )
    )


def test_prose_is_cleaned_on_the_way_to_the_document_too():
    prose = to_prose(
        '<p onclick="x">a<img src=x> <a href="javascript:1">b</a></p>', figures=printed
    )

    assert prose == Prose((Paragraph((Run("a b"),)),))


def test_figures_links_words_and_notes_are_found():
    html = (
        f'<p>{FIGURE} of <a href="#budget">it</a> [note 2]</p><ul><li>{FIGURE} [Note b]</li>'
        '<li><a href="#staff">x</a> <a href="https://a.org">y</a> <a href="#budget">z</a> [note 2]'
        '<span data-figure="staff.total" data-style="words"></span></li></ul>'
    )

    assert figure_names(html) == (("budget.gross", "£m"), ("staff.total", "words"))
    assert section_links(html) == ("budget", "staff")
    assert words(html) == " of it [note 2]\n [Note b]\nx y z [note 2]"
    assert note_marks(html) == ("2", "b")
    assert words("") == ""


# --- plain text ------------------------------------------------------------------------------


# --- putting live figures in -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "typed", "nth", "changed"),
    [
        ("<p>It spends £93.7m.</p>", "£93.7m", 0, f"<p>It spends {FIGURE}.</p>"),
        ("<p>£5 and £5, £5</p>", "£5", 1, f"<p>£5 and {FIGURE}, £5</p>"),
        ("<p>£5</p><ul><li>£5</li></ul>", "£5", 1, f"<p>£5</p><ul><li>{FIGURE}</li></ul>"),
        ("<p>1</p><blockquote><h3>£5 x</h3></blockquote>", "£5", 0, None),
        (
            "<p>of <strong>£93.7</strong> million &amp; more</p>",
            "£93.7 million",
            0,
            f"<p>of <strong>{FIGURE}</strong> &amp; more</p>",
        ),
        ("<p>R&amp;D: £5&nbsp;m</p>", "£5\xa0m", 0, f"<p>R&amp;D: {FIGURE}</p>"),
        ("<p>£93.7<br>million</p>", "£93.7\nmillion", 0, f"<p>{FIGURE}</p>"),
        (f"<p>{FIGURE} and £5</p>", "£5", 0, f"<p>{FIGURE} and {FIGURE}</p>"),
        (f"<p>{FIGURE}5</p>", "5", 0, f"<p>{FIGURE}{FIGURE}</p>"),
        ("<p>£5</p>", "£5", 0, f"<p>{FIGURE}</p>"),
        ("<p>1111</p>", "11", 1, f"<p>1{FIGURE}1</p>"),
    ],
)
def test_a_figure_takes_the_place_of_words(html, typed, nth, changed):
    put = put_figure(html, typed, nth, "budget.gross", "£m")

    assert put == (changed or html.replace("£5", FIGURE))
    assert clean(put) == put


@pytest.mark.parametrize(
    ("html", "typed", "nth"),
    [
        ("<p>£5</p>", "£6", 0),
        ("<p>£5</p>", "£5", 1),
        ("<p>£5</p>", "", 0),
        ("<p>£5</p><p>million</p>", "£5\nmillion", 0),
        (f"<p>£5 {FIGURE}million</p>", "£5 million", 0),
    ],
)
def test_words_that_are_not_there_cannot_become_a_figure(html, typed, nth):
    with pytest.raises(LookupError):
        put_figure(html, typed, nth, "budget.gross", "£m")


def test_only_a_figures_name_can_be_put_in():
    with pytest.raises(ValueError, match="'budget' cannot name a live figure"):
        put_figure("<p>£5</p>", "£5", 0, "budget", "£m")


@given(st.text("ab ", max_size=12), st.text("ab", min_size=1, max_size=3), st.integers(0, 4))
def test_occurrences_are_counted_as_they_are_found(text, typed, nth):
    try:
        start = find_words(text, typed, nth)
    except LookupError:
        assert sum(text.startswith(typed, at) for at in range(len(text))) <= nth
    else:
        assert (text[start : start + len(typed)], nth_of(text, typed, start)) == (typed, nth)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("<h3>Aims</h3><h4>Less</h4><p>x</p>", "### Aims\n\n#### Less\n\nx"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="9"><li>a</li><li>b</li></ol>', "9. a\n10. b"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n- c"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"),
        ("<p><strong>a</strong>, <em>b</em>, m<sup>2</sup></p>", "**a**, *b*, m^2^"),
        ("<p>CO<sub>2</sub></p>", "CO~2~"),
        ("<p><strong><em>a</em></strong><em>b</em></p>", "***a**b*"),
        ('<p><a href="https://a.org/(b)">x [y]</a></p>', "[x \\[y\\]](https://a.org/\\(b\\))"),
        (f"<p>It spends {FIGURE}.</p>", "It spends {{budget.gross £m}}."),
        ("<p>- a<br>1. b<br>&gt; c<br>### d</p>", "\\- a\n1\\. b\n\\> c\n\\### d"),
        ("<p>5 * 3 ^ 2 ~ {x} \\ [note 1]</p>", "5 \\* 3 \\^ 2 \\~ \\{x} \\\\ [note 1]"),
        ("<p>&gt;5% -5 2008/09</p>", ">5% -5 2008/09"),
    ],
)
def test_plain_text_reads_as_people_write(html, text):
    assert to_plain(html) == text
    assert from_plain(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("We aim:\n- lend\nand more", "<p>We aim:</p><ul><li>lend</li></ul><p>and more</p>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n1. b", "<ol><li>a</li><li>b</li></ol>"),
        ("1. a\n\n2. b\n\n7. c", '<ol><li>a</li><li>b</li></ol><ol start="7"><li>c</li></ol>'),
        ("- a\n\t- b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("one\r\n\r\ntwo\rthree", "<p>one</p><p>two<br>three</p>"),
        ("5 * 3 * 2, x^2 and y^2, ~5 or ~6", "<p>5 * 3 * 2, x^2 and y^2, ~5 or ~6</p>"),
        ("**open, *open", "<p>**open, *open</p>"),
        (
            "[x](javascript:1) [](https://a.org) [y]",
            "<p>[x](javascript:1) [](https://a.org) [y]</p>",
        ),
        ("[x](https://a.org/b_(c))", '<p><a href="https://a.org/b_(c)">x</a></p>'),
        ("{{budget.gross}}", '<p><span data-figure="budget.gross" data-style="plain"></span></p>'),
        ("{{budget}} {{ }}", "<p>{{budget}} {{ }}</p>"),
        ("<p>a & b</p>", "<p>&lt;p&gt;a &amp; b&lt;/p&gt;</p>"),
        ("- \n-\n1.", "<p>-<br>-<br>1.</p>"),
        ("\\*a\\* \\d \\", "<p>*a* \\d \\</p>"),
    ],
)
def test_typed_text_is_read_sensibly(text, html):
    assert from_plain(text) == html


def test_quotes_and_lists_typed_too_deep_stay_text():
    html = from_plain("> " * 61 + "x")

    assert html == "<blockquote>" * 60 + "<p>&gt; x</p>" + "</blockquote>" * 60
