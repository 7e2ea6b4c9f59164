"""Formatted text: nothing acts, nothing typed is lost, the same text stays the same however often it is saved."""

import re
import time
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.spaces import nesting
from portal.spaces.markup import as_markup, as_source, clean, is_plain, plain_lines

PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<h2>",
            "</h2>",
            "<ul><li>",
            "</li></ul>",
            "<strong>",
            "</strong>",
            "<br>",
            "<hr>",
            "\n",
            "\n\n",
        ),
        *("<table><tr><td>", "</td></tr></table>", "<div>", "</div>", "a & b", "5 < 6", "&lt;p&gt;", "Wort", " ", "ü"),
        *("<script>alert(1)</script>", "<a href='javascript:x'>", "</a>", "<img src=x onerror=y>", "\u00a0", "<pre>"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@example("Wort\n\u00a0a & b")
@example("<figcaption><figcaption>")
@example("<p>a&#13;b</p>")
@example("<p><object><p>a</p></object></p>")
def test_what_is_kept_stays_the_same_when_it_is_saved_again(text):
    kept = as_markup(text)
    assert as_markup(kept) == kept
    assert as_markup(as_source(kept)) == kept, "without the editor as well"
    assert clean(kept) == kept
    assert not re.search(r"<script|javascript:|onerror", kept.replace("&lt;script", "")) or is_plain(text)


@given(st.text(alphabet="ab <>&;\n\"'/p", max_size=80))
def test_plain_text_loses_no_sign(text):
    if is_plain(text):
        kept = unescape(re.sub(r"<[^>]+>", " ", as_markup(text)))
        assert kept.split() == text.split()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Guten Tag", "<p>Guten Tag</p>"),
        ("Eins\nzwei\n\n \nDrei", "<p>Eins<br>zwei</p><p>Drei</p>"),
        ("5 < 6 & <script>alert(1)</script>", "<p>5 &lt; 6 &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<p>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<h2>A</h2>\nab <strong>22</strong>\n\nDanke", "<h2>A</h2><p>ab <strong>22</strong></p><p>Danke</p>"),
        ("<p>a</p><figure><img src='https://x.example/a.png'></figure>", '<p>a</p><figure><img alt=""></figure>'),
        ("<p><figure><hr><figcaption></figcaption></figure></p>", "<figure><hr></figure>"),
        ("<table><tr><th>A</th></tr></table>", '<table><tbody><tr><th scope="col">A</th></tr></tbody></table>'),
        ("<p>Ab&nbsp;<strong>22</strong>&nbsp;Uhr</p>", "<p>Ab <strong>22</strong> Uhr</p>"),
        ("<p>22&nbsp;Uhr</p><p>&nbsp;</p>", "<p>22&nbsp;Uhr</p><p>&nbsp;</p>"),
        ("<figure><figcaption><p> </p></figcaption></figure>", "<figure></figure>"),
        ('<figure><img alt="<p></p>"></figure>', '<figure><img alt="&lt;p&gt;&lt;/p&gt;"></figure>'),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_typed_and_what_is_kept(typed, kept):
    assert as_markup(typed) == kept


def test_paragraphs_alone_are_edited_as_plain_text_and_anything_else_block_by_block():
    assert as_source("<p>Eins &amp; <br>zwei</p><p>Drei</p>") == "Eins & \nzwei\n\nDrei"
    assert as_source("<p>Schreiben Sie &lt;p&gt; davor</p>") == "<p>Schreiben Sie &lt;p&gt; davor</p>"
    assert as_source("<h2>Regeln</h2><ul><li>a</li></ul>") == "<h2>Regeln</h2>\n<ul><li>a</li></ul>"


def test_a_picture_of_ours_stays_and_says_nothing_when_nobody_described_it():
    ours = '<img src="/inhalte/0192d1a0-0000-7000-8000-000000000000/bild"'
    assert clean(f'{ours} onload="x" width="3">') == f'{ours} width="3" alt="">'
    assert clean(f'{ours} alt="Der Hof">') == f'{ours} alt="Der Hof">'


def test_the_lines_of_a_text():
    assert plain_lines('<h2>A</h2><p>b <em>c</em><br>d</p><img alt="Hof" src="x">') == ["A", "b c", "d", "Hof"]


WRITTEN = (
    "<h2>Titel</h2><p>Ein <strong>Satz</strong> über <em>Haus</em> &amp; Hof, "
    '<a href="https://a.de/?b=1&amp;c=2">dort</a> &lt;x&gt; 5 &lt; 6<br>Neu&nbsp;er</p>'
    "<ul><li>eins<li>zwei<ul><li>drei</li></ul></ul><table><tr><th>a<tr><td>b</table>"
    f'<figure><img src="/inhalte/{"0" * 36}/bild" alt="Ein &quot;Bild&quot;"><figcaption>x</figcaption></figure>'
    "<!-- <ul> --><pre>\n\na\n  b</pre><p>eins<p>zwei<script>alert('<ul>')</script><section>drei</section>"
)


def test_a_long_text_stays_as_it_is_written():
    assert clean(WRITTEN * 60) == clean(WRITTEN) * 60


def test_blocks_in_each_other_without_end_keep_nobody_waiting():
    begun = time.process_time()
    assert plain_lines(clean("<ul><li>" * 12_000 + "Wort")) == ["Wort"]
    assert time.process_time() - begun < 2  # many times that, if it were parsed as it is


@pytest.mark.parametrize(
    "deep",
    [
        "<ul><li>",
        "<div><strong><em>",
        "<ul><table><tr><td></ul></td></tr></table><ul>",
        '<ul><li><i title="></ul></li>">',
        "<ul><li><!-- </li></ul> -->",
    ],
)
def test_what_lies_too_deep_keeps_its_words(deep):
    kept = as_markup(deep * 600 + "Wort")
    assert plain_lines(kept) == ["Wort"]
    assert as_markup(kept) == kept
    depth = deepest = 0
    for tag in re.findall("<(/?)[a-z]", kept):
        depth += -1 if tag else 1
        deepest = max(depth, deepest)
    assert deepest < 2 * nesting.DEEPEST


@pytest.mark.parametrize("sign", ["&", "&amp;", "< ", "&nbsp;x"])
def test_a_hundred_thousand_signs_in_a_row_stay_and_keep_nobody_waiting(sign):
    begun = time.process_time()
    kept = clean(f"<p>{sign * 150_000}</p>")
    assert time.process_time() - begun < 3
    assert unescape(kept) == f"<p>{unescape(sign) * 150_000}</p>"


@given(st.lists(PIECES, max_size=12).map("".join))
@example("<pre>\n\n")
def test_written_anew_a_text_says_the_same(text):
    anew = "".join(nesting._rewritten(text))
    assert "".join(nesting._rewritten(anew)) == anew, "nothing is left that a parser could see otherwise"
    assert "".join("".join(plain_lines(anew)).split()) == "".join("".join(plain_lines(clean(text))).split())
