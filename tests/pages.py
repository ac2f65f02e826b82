"""What a browser would make of a page: its forms with what they send, its ids, its messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Form:
    """One form: where it goes, what it sends as it stands, the buttons it can be sent with, and
    what its radio buttons offer, by name."""

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    radios: dict[str, list[str]] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, str | list[str]]:
        """The fields by name, a list where a name is sent more than once."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {name: sent[0] if len(sent) == 1 else sent for name, sent in found.items()}


@dataclass
class Page:
    """A page as a browser reads it. `links` are (href, words); `invalid` the names of controls
    that are marked as wrong."""

    forms: list[Form] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    described: dict[str, str] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    summary: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    def form_with(self, name: str) -> Form:
        """Return the one form that sends a field of this name."""
        [form] = [form for form in self.forms if name in form.data]
        return form

    def form_to(self, ending: str) -> Form:
        """Return the one form whose action ends so."""
        [form] = [form for form in self.forms if form.action.endswith(ending)]
        return form


def read_page(html: str | bytes) -> Page:
    reader = _Reader()
    reader.feed(html.decode() if isinstance(html, bytes) else html)
    reader.close()
    return reader.page


def read_fields(html: str) -> dict[str, str | list[str]]:
    """Return what the controls of a piece of a form would send."""
    return read_page(f"<form>{html}</form>").forms[0].data


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.form: Form | None = None
        self.textarea: str | None = None
        self.select: dict[str, object] | None = None
        self.link: str | None = None
        self.words = ""
        self.in_summary = 0
        self.in_template = 0

    # --- elements ------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_template += tag == "template"
        if self.in_template:  # what is in it is no part of the page yet
            return
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.page.ids.append(found["id"])
        if found.get("aria-invalid") == "true":
            self.page.invalid.append(found.get("name", ""))
        if "name" in found and "aria-describedby" in found:
            self.page.described[found["name"]] = found["aria-describedby"]
        if self.in_summary and tag not in VOID:
            self.in_summary += 1
        if "govuk-error-summary" in found.get("class", "").split():
            self.in_summary = 1
        start = getattr(self, f"_start_{tag}", None)
        if start:
            start(found)

    def handle_endtag(self, tag: str) -> None:
        if self.in_template:
            self.in_template -= tag == "template"
            return
        if self.in_summary:
            self.in_summary -= 1
        end = getattr(self, f"_end_{tag}", None)
        if end:
            end()

    def handle_data(self, data: str) -> None:
        if self.in_template:
            return
        self.page.text += data
        if self.textarea is not None or self.link is not None:
            self.words += data

    def _start_form(self, found: dict[str, str]) -> None:
        assert self.form is None, "a form inside a form"
        self.form = Form(found.get("action", ""), found.get("method", "get").lower())
        self.page.forms.append(self.form)

    def _end_form(self) -> None:
        self.form = None

    def _start_a(self, found: dict[str, str]) -> None:
        self.link, self.words = found.get("href", ""), ""

    def _end_a(self) -> None:
        if self.link is not None:
            line = (self.link, " ".join(self.words.split()))
            self.page.links.append(line)
            if self.in_summary:
                self.page.summary.append(line)
        self.link = None

    # --- controls ------------------------------------------------------------------------------

    def _send(self, name: str, value: str) -> None:
        if name and self.form is not None:
            self.form.fields.append((name, value))

    def _start_input(self, found: dict[str, str]) -> None:
        name, sort = found.get("name", ""), found.get("type", "text").lower()
        if "disabled" in found or self.form is None:
            return
        if sort == "radio":
            self.form.radios.setdefault(name, []).append(found.get("value", "on"))
        if sort in ("checkbox", "radio"):
            if "checked" in found:
                self._send(name, found.get("value", "on"))
        elif sort == "file":
            self.form.files.append(name)
        elif sort not in ("submit", "button", "reset", "image"):
            # A one-line control drops line ends from its value.
            one_line = re.sub(r"[\r\n]", "", found.get("value", ""))
            self._send(name, found.get("value", "") if sort == "hidden" else one_line)

    def _start_button(self, found: dict[str, str]) -> None:
        sends = found.get("type", "submit") == "submit" and "disabled" not in found
        if self.form is not None and sends:
            self.form.buttons.append((found.get("name", ""), found.get("value", "")))

    def _start_textarea(self, found: dict[str, str]) -> None:
        self.textarea, self.words = found.get("name", ""), ""

    def _end_textarea(self) -> None:
        # The first line end is markup; what is sent has CRLF line ends.
        text = self.words.removeprefix("\n")
        self._send(self.textarea or "", re.sub(r"\r\n|\r|\n", "\r\n", text))
        self.textarea = None

    def _start_select(self, found: dict[str, str]) -> None:
        self.select = {"name": found.get("name", ""), "first": None, "chosen": None}

    def _start_option(self, found: dict[str, str]) -> None:
        if self.select is None:
            return
        if self.select["first"] is None:
            self.select["first"] = found.get("value", "")
        if "selected" in found:
            self.select["chosen"] = found.get("value", "")

    def _end_select(self) -> None:
        assert self.select is not None
        chosen = self.select["chosen"]
        value = self.select["first"] if chosen is None else chosen
        if value is not None:
            self._send(str(self.select["name"]), str(value))
        self.select = None
