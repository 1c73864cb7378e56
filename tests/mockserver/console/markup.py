"""A page as a browser takes it apart: its tags with their attributes, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

# The attributes that lead a browser somewhere else.
_LINKS = ("href", "src", "action", "data-rows", "data-url", "data-origin")


class Page(HTMLParser):
    """`tags` has each tag with its attributes, `text` what stands between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> Iterator[str]:
        """Yield every address that the page has."""
        for _, attributes in self.tags:
            yield from (value for name in _LINKS if (value := attributes.get(name)))

    def runs(self) -> list[str]:
        """Return all that could run or change the look of the page: none of it may stand in a page."""
        found = []
        for tag, attributes in self.tags:
            inline = [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
            odd = [value for value in attributes.values() if (value or "").strip().lower().startswith("javascript:")]
            is_inline = tag == "style" or (tag == "script" and not attributes.get("src"))
            if inline or odd or is_inline or tag in ("iframe", "object", "embed", "base"):
                found.append(f"{tag} {attributes}")
        return found
