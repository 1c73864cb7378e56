"""Texts that try to leave the place in which a report puts them, and to control what shows it."""

from __future__ import annotations

from typing import Final

BREAKOUTS: Final[dict[str, str]] = {
    # HTML.
    "a script": "<script>alert(1)</script>",
    "the end of a script": "</script><script>alert(1)//",
    "the end of a comment": "--><img src=x onerror=alert(1)>",
    "the end of an attribute": '" onmouseover="alert(1)" x="',
    "the end of an attribute in single quotes": "' onmouseover='alert(1)' x='",
    "an entity": "&lt;img src=x&gt;&#60;b&#62;",
    "a template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "the end of a title": "</title></style></textarea></pre><svg/onload=alert(1)>",
    # XML.
    "the end of CDATA": "]]><x/>]]&gt;<![CDATA[",
    "an entity of XML": "&xxe;%xxe;<!ENTITY xxe SYSTEM 'file:///etc/passwd'>",
    "what XML forbids": "\x00\x01\x0b\ufffe\uffff",
    # Markdown.
    "a link": "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",
    "a row of a table": "| a | b |\n|---|---|\n# heading\n- item",
    "code": "```\n``` `x` ~~~",
    "a mention": "@everyone #1 GH-1 https://evil.example",
    # The runner of GitHub, and the terminal.
    "commands to a runner": "\n::set-output name=verdict::kept\n::add-mask::e\n##[command]x\r::error::no",
    "a delimiter": "\nEOF\nverdict=kept\n",
    "the end of a property": "x,line=1::y%0A::error::z",
    "a title of the terminal": "\x1b]0;owned\x07\x1b[2J\x1b[1;31m",
    "C1 controls": "\x9b31m\x9d0;owned\x9c",
    "backspaces": "kept\x08\x08\x08\x08broken\r\n",
    "right to left": "\u202e\u2066evil\u2069\u202c\u200f",
    "text that nobody sees": "\u200b\ufeff\U000e0041\u00ad\u2060\u034f\u115f\u3164\U000e0100\U0001d173",
    "ends of lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    # A shell, a spreadsheet, a formatter.
    "a shell": "'; rm -rf / #$(reboot)`reboot`\"",
    "a formula": "=HYPERLINK(\"https://evil.example\")\t@SUM(1)+1",
    "formats": "%s%n%x{0}{self.__class__}\\N{BULLET}",
    "markup of the console": "[bold red]broken[/bold red][link=https://evil.example]x[/link]",
}  # fmt: skip
