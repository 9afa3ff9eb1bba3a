"""Files of every format become text, or a reason that names the file."""

import io
import zipfile
from datetime import date

import docx
import pytest

from pipelines.components.converter import ArticleConverter, ConvertedArticle
from pipelines.components.converter_pdf import join_lines
from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata
from pipelines.sources.raw import ArticleFormat, RawArticle
from tests.pipelines.pdf_file import encrypted, pdf_file

TEXT, MARKDOWN, HTML, PDF, DOCX = (
    ArticleFormat.TEXT,
    ArticleFormat.MARKDOWN,
    ArticleFormat.HTML,
    ArticleFormat.PDF,
    ArticleFormat.DOCX,
)
PAGE = """<!doctype html><html><head>
<title>Burst pipe closes museum | The Paper</title>
<meta property="og:title" content="Burst pipe closes museum">
<meta property="og:site_name" content="The Paper">
<meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2020-03-03T10:30:00Z">
<link rel="canonical" href="https://paper.example/2020/museum">
</head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Burst pipe closes museum</h1>
<figure><img src="a.jpg"><figcaption>Workers carry paintings out of the <b>museum</b>.</figcaption></figure>
<p>MADRID - The museum on Elm Street closed on Monday after a pipe burst in its cellar, its director said.</p>
<p>It will open again &ldquo;on Friday, or so we hope&rdquo;, she told reporters, and tickets that were sold are valid.
</p>
</article><footer>Copyright 2019 The Paper. All rights reserved.</footer></body></html>"""


def raw(data: bytes, article_format: ArticleFormat, given: ArticleMetadata = NOTHING_KNOWN) -> RawArticle:
    fallback = ArticleMetadata(source="a.file")
    return RawArticle("/in/a.file", "in/a.file", data, article_format, given=given, fallback=fallback)


def convert(data: bytes, article_format: ArticleFormat, given: ArticleMetadata = NOTHING_KNOWN) -> ConvertedArticle:
    result = ArticleConverter().run([raw(data, article_format, given)])
    assert result["failed"] == []
    [article] = result["articles"]
    assert isinstance(article, ConvertedArticle)
    return article


def reason(data: bytes, article_format: ArticleFormat) -> str:
    result = ArticleConverter().run([raw(data, article_format)])
    assert result["articles"] == []
    [error] = result["failed"]
    return str(error)


def word_file(*paragraphs: str, title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_text_is_read_in_the_encoding_it_was_saved_in(encoding: str) -> None:
    text = "The café in Sertã closed on Monday, “for good”, its owner said.\nIt had been open since 1920."

    assert convert(text.encode(encoding), TEXT).text == text


def test_a_latin_1_text_is_read() -> None:
    text = "The café in Sertã closed on Monday; the owner, Zoë Müller, said so."

    assert convert(text.encode("latin-1"), TEXT).text == text


def test_line_breaks_become_one_kind_and_nothing_else_changes() -> None:
    assert convert(b"  One.\r\n\r\nTwo.\rThree.\n ", TEXT).text == "  One.\n\nTwo.\nThree.\n "


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "in/a.file: is empty"),
        (b" \n\t\n", "in/a.file: is empty"),
        (bytes(range(256)) * 20, "in/a.file: is binary, not text"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\x01" * 500, "in/a.file: is binary, not text"),
        ("Музей закрыт.".encode("cp1251"), "in/a.file: has an encoding that cannot be told; save it as UTF-8"),
        (b"---\ntitle: [\n---\nText.", "in/a.file: its front matter is not valid YAML (line 2)"),
        (b"---\npublished: soon\n---\nText.", "in/a.file: its front matter has no day in published: 'soon'"),
        (b"---\nurl: ftp://a\n---\nText.", "in/a.file: its front matter has a url that is no http or https"),
        (b"---\ntitle: A\n---\n", "in/a.file: holds no text"),
    ],
)
def test_a_text_that_cannot_be_read_is_named_with_the_reason(data: bytes, expected: str) -> None:
    assert reason(data, TEXT).startswith(expected)


@pytest.mark.parametrize("article_format", [TEXT, MARKDOWN])
def test_front_matter_is_read_and_taken_off(article_format: ArticleFormat) -> None:
    data = (
        b"---\ntitle: A title\ndate: 2020-03-03\nsite: The Paper\nlink: https://a.example/b\nauthors: [Ann Lee]\n"
        b"tags: [x]\n---\nThe text."
    )

    article = convert(data, article_format)

    assert article.text.strip() == "The text."
    assert article.metadata == ArticleMetadata(
        "A title", date(2020, 3, 3), "The Paper", "https://a.example/b", "Ann Lee"
    )


def test_a_sidecar_wins_over_front_matter() -> None:
    data = b"---\ntitle: A title\ndate: 2020-03-03\n---\nThe text."

    metadata = convert(data, TEXT, ArticleMetadata(title="Given")).metadata

    assert metadata == ArticleMetadata("Given", date(2020, 3, 3), "a.file")


def test_markdown_shows_as_plain_paragraphs() -> None:
    data = (
        b"# Burst *pipe* closes museum\n\nThe **museum** on [Elm Street](http://a.b)\nclosed.\n\n"
        b"![Workers carry paintings](a.jpg)\n\n> Never again\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        b"M&amp;S `left`."
    )

    article = convert(data, MARKDOWN)

    assert article.text.split("\n\n") == [
        "Burst pipe closes museum", "The museum on Elm Street closed.", "Workers carry paintings", "Never again", "one",
        "two", "a | b", "1 | 2", "M&S left.",
    ]  # fmt: skip
    assert article.metadata.title == "Burst pipe closes museum"
    assert [article.text[span.start : span.end] for span in article.captions] == ["Workers carry paintings"]


def test_a_page_gives_its_article_title_date_site_and_address() -> None:
    article = convert(PAGE.encode(), HTML)

    assert article.metadata == ArticleMetadata(
        "Burst pipe closes museum", date(2020, 3, 3), "The Paper", "https://paper.example/2020/museum", "Ann Lee"
    )
    assert "“on Friday, or so we hope”, she told reporters" in article.text
    assert "Home" not in article.text
    assert "Copyright" not in article.text


def test_a_page_names_all_its_authors() -> None:
    page = PAGE.replace('content="Ann Lee">', 'content="Ann Lee"><meta name="author" content="Bob Ray">')

    assert convert(page.encode(), HTML).metadata.author == "Ann Lee, Bob Ray"


def test_a_caption_that_the_page_marks_is_kept_and_marked() -> None:
    article = convert(PAGE.encode(), HTML)

    captions = [article.text[span.start : span.end] for span in article.captions]
    assert captions == ["Workers carry paintings out of the museum."]


def test_a_page_without_a_date_gets_none_from_its_copyright_line() -> None:
    page = PAGE.replace('<meta property="article:published_time" content="2020-03-03T10:30:00Z">', "")

    assert convert(page.replace("/2020/", "/").encode(), HTML).metadata.published is None


def test_a_page_in_a_declared_encoding_is_read() -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">').replace("Elm Street", "Sertã Street")

    assert "Sertã Street closed" in convert(page.encode("cp1252", "xmlcharrefreplace"), HTML).text


@pytest.mark.parametrize(
    "data",
    [b"<html><body></body></html>", b"<div>" * 50_000 + b"x", b"\x00\x01\x02", b"<html><body><script>a()</script>"],
)
def test_a_page_without_an_article_is_named(data: bytes) -> None:
    assert reason(data, HTML).startswith("in/a.file: ")


def test_a_pdf_gives_its_paragraphs_and_its_title() -> None:
    pages = [
        [
            "MADRID - The museum on Elm Street closed on Monday after a pipe",
            "burst in its cellar, its director, Pia Roe (52), said after an extra-",
            "ordinary meeting.",
            "It will open again on Friday, she said, and all of the",
            "1",
        ],
        ["tickets are valid. Nobody was hurt.", "2"],
    ]

    article = convert(pdf_file(pages, title="Burst pipe closes museum"), PDF)

    assert article.metadata.title == "Burst pipe closes museum"
    assert article.text == (
        "MADRID - The museum on Elm Street closed on Monday after a pipe burst in its cellar, its director, Pia Roe "
        "(52), said after an extraordinary meeting.\n"
        "It will open again on Friday, she said, and all of the tickets are valid. Nobody was hurt."
    )


def test_a_file_name_is_no_title_of_a_pdf() -> None:
    assert convert(pdf_file([["One line."]], title="Microsoft Word - x y z.doc"), PDF).metadata.title is None


def test_a_hyphen_between_known_words_stays() -> None:
    assert join_lines("The well known author of a long-awaited book was well-\nknown.").endswith("well-known.")
    assert join_lines("They went to the muse-\num.") == "They went to the museum."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.4\nbroken", "is a broken PDF"),
        (b"no pdf at all", "is a broken PDF"),
        (pdf_file([["One."]])[:300], "is a broken PDF"),
        (encrypted(pdf_file([["One."]]), "secret"), "needs a password; save it without one"),
        (pdf_file([[]]), "holds no text; a scan has to go through text recognition first"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_named_with_the_reason(data: bytes, expected: str) -> None:
    assert reason(data, PDF) == f"in/a.file: {expected}"


def test_a_pdf_that_anyone_may_open_is_read_although_encrypted() -> None:
    assert convert(encrypted(pdf_file([["One."]]), ""), PDF).text == "One."


def test_a_word_file_gives_its_paragraphs_and_its_title() -> None:
    article = convert(
        word_file("MADRID - The museum closed.", "It opens on Friday.", title="Burst pipe closes museum"), DOCX
    )

    assert article.text == "MADRID - The museum closed.\nIt opens on Friday."
    assert article.metadata.title == "Burst pipe closes museum"
    assert article.metadata.published is None


def test_a_word_file_that_cannot_be_read_is_named_with_the_reason() -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("other.xml", "<a/>")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(220):
            member.write(bytes(2**20))

    assert reason(b"PK broken", DOCX) == "in/a.file: is a broken or encrypted Word file"
    assert reason(empty.getvalue(), DOCX) == "in/a.file: is a broken or encrypted Word file"
    assert reason(bomb.getvalue(), DOCX) == "in/a.file: unpacks to more than 200 MB"


def test_one_bad_file_leaves_the_others_alone() -> None:
    result = ArticleConverter().run([raw(b"One.", TEXT), raw(b"", TEXT), raw(b"Three.", TEXT)])

    assert [article.text for article in result["articles"] if isinstance(article, ConvertedArticle)] == [
        "One.",
        "Three.",
    ]
    assert len(result["failed"]) == 1
