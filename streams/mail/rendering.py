"""A template and its context as a mail: a subject, a text, and the same as HTML.

HTML is escaped, a name that is missing is an error, and no value can bring a second line.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from schemas.notification import Template
from streams.mail.contexts import CONTEXTS, Context
from streams.mail.safe_text import in_one_line, isolated, isolated_html, one_line

TEMPLATES = Path(__file__).parent / "templates"
_SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What is read of a mail; it may hold a token, so `repr` leaves it out."""

    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


def render(template: Template, context: Context) -> RenderedMail:
    """Fill a template.

    Raises:
        TypeError: The context is another template's.
    """
    if type(context) is not CONTEXTS[template]:
        raise TypeError(f"{template} is filled with {CONTEXTS[template].__name__}, not {type(context).__name__}")
    text = _environment("txt").get_template(f"{template}.txt").render(mail=context)
    head, _, body = text.partition("\n\n")
    subject = one_line(head.removeprefix(_SUBJECT))
    html = _environment("html").get_template(f"{template}.html").render(mail=context, subject=subject)
    return RenderedMail(subject, body.strip() + "\n", html)


@lru_cache
def _environment(kind: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        finalize=in_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["name"] = isolated_html if kind == "html" else isolated
    return environment
