"""The record as a PDF, where this installation can make one."""

from typing import Any, NoReturn

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from als_project.refusals import Refused


class NoPdf(Refused):
    """What makes PDFs, or a library of the system that it needs, is not installed here."""


def pdf_of(page: str) -> bytes:
    """The page as a PDF. Nothing is fetched for it from anywhere. Raises NoPdf."""
    try:
        # Here and not above: it loads libraries of the system, and all else works without them.
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:
        words = _("This installation can't make PDF files. Print this page instead: it is made for paper.")
        raise NoPdf(words) from error
    style = finders.find("css/paper.css")
    document: bytes = HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(stylesheets=[CSS(filename=style)])
    return document


def _fetch_nothing(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise ValueError("A record fetches nothing.")
