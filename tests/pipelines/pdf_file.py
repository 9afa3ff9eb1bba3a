"""A PDF file with given lines of text, small enough to be written by hand."""

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter


def pdf_file(pages: Sequence[Sequence[str]], *, title: str = "") -> bytes:
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    parent = 2 * len(pages) + 2
    kids = []
    for lines in pages:
        shown = [line.translate(str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})) for line in lines]
        drawn = "\n".join(["BT /F1 11 Tf 13 TL 60 780 Td", *(f"({line}) Tj T*" for line in shown), "ET"]).encode(
            "cp1252"
        )
        stream = add(b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream")
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (parent, stream, font)
            )
        )
    add(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids)))
    catalog = add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    info = add(b"<< /Title (%s) >>" % title.encode("cp1252"))
    file = io.BytesIO(b"%PDF-1.4\n")
    file.seek(0, io.SEEK_END)
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    file.write(b"trailer << /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (len(objects) + 1, catalog, info))
    file.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return file.getvalue()


def encrypted(pdf: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
