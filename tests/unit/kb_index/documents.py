"""Writes real documents for the sources to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from fpdf import FPDF

Sections = Sequence[tuple[str, str]]

RETURNS: Sections = (
    ("How do I return a product?", "Print the label and send the parcel within 30 days."),
    ("How long does a refund take?", "A refund takes five working days after we have it."),
)


def write_pdf(path: Path, sections: Sections, size: int = 16, password: str = "") -> None:
    pdf = FPDF()
    if password:
        pdf.set_encryption(owner_password=password, user_password=password)
    pdf.add_page()
    for title, text in sections:
        if title:
            pdf.set_font("Helvetica", style="B", size=size)
            pdf.multi_cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))


def write_docx(path: Path, sections: Sections) -> None:
    document = Document()
    for title, text in sections:
        if title:
            document.add_heading(title, level=1)
        document.add_paragraph(text)
    document.save(str(path))
