"""Words of the command line that nobody means, by kind: each is refused in one line."""

from __future__ import annotations

from typing import Final

LOCAL: Final = "http://127.0.0.1:9"  # nobody answers there
LONG: Final = "x" * 100_000
ESCAPE: Final = "\x1b]0;owned\x07\x1b[2J"
BIDI: Final = "\u202eevil\u2066"
DIGITS: Final = "9" * 5000

HOSTS: Final = (
    *("", "://", "https://", "https:///x", "http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:-1", "http://127.0.0.1:٨٠"),
    *(f"http://127.0.0.1:{DIGITS}", "https://.example", "https://a..b", f"https://{'a' * 300}", f"https://{LONG}", "https://x:"),
    *(f"https://{BIDI}.example", f"https://{ESCAPE}", "https://a b", "https://a\tb", "https://a\\b", "https://\udcff", "\n", LONG),
    *("https://user:password@x", "https://x?token=value", "https://x#fragment", "ftp://x", "javascript:alert(1)"),
    *("file:///etc/passwd", "http://0.0.0.0:9", "http://2130706433:9", f"https://{'é' * 50}", "http://localhost:9/\r\nHost: x"),
)  # fmt: skip
NUMBERS: Final = ("nan", "inf", "-inf", "1e400", "1e300", "-1", "x", "", DIGITS, "0x10", ESCAPE)
SECONDS: Final = ("--timeout", "--max-time", "--max-latency", "--wait", "--pace")
WHOLE: Final = ("--seed", "--max-requests", "--budget")
WORDS: Final = (
    *(("--profile", word) for word in (LONG, ESCAPE, BIDI, "")),
    *(("--fail-on", word) for word in (LONG, ESCAPE)),
    *(("--only", word) for word in ("(", "", "[a-", "*a" * 2000, "?" * 5000, LONG, ESCAPE)),
    *(("--this-is-a-test-host", word) for word in (ESCAPE, LONG, "", "x:99999")),
    *(("--permit-enrolments", word) for word in (ESCAPE, LONG, "")),
    *(("--report-dir", word) for word in ("/proc/x", "/dev/null", "/dev/null/x", "x" * 5000)),
    *(("--start", word) for word in ("", "'", ESCAPE, "no-such-command-at-all", LONG, "true", "/", "\udcff")),
    *(("--ca-bundle", word) for word in ("", "/", "x" * 5000, ESCAPE)),
)  # fmt: skip
# Whole command lines of enrol-contract.
LINES: Final = (
    *(("document", "--reading", word) for word in ("", "=", "a=b", LONG, f"source={LONG}", f"{ESCAPE}={ESCAPE}")),
    *(("document", "--output", path) for path in ("/dev/full", "/proc/x", "x" * 5000, "/", "/no/such/folder/x")),
    *(("init", path) for path in ("/proc/x", "/", "x" * 5000, "/dev/null", "/no/such/folder/x")),
    *(("replay", "none.json", number) for number in ("0", "-1", DIGITS, "x", "1.5")),
    *(("check", "none.har", "--host", host) for host in (LONG, ESCAPE, "http://[::1")),
    *((word,) for word in (LONG, ESCAPE, BIDI, f"--{LONG}", "")),
    ("run", f"--{BIDI}"),
    ("run", LOCAL, LOCAL),
    ("run", LOCAL, "--start", "true"),
    ("compare", "one.json"),
    ("annotate", "none.json", "--outputs", "/dev/full"),
)  # fmt: skip
# Whole command lines of enrol-mock.
MOCK_LINES: Final = (
    *(("serve", "--port", port) for port in (DIGITS, "-1", "65536", "x", "")),
    *(("serve", "--host", host) for host in (LONG, ESCAPE, "\udcff", "a..b")),
    *(("serve", "--fault", fault) for fault in (LONG, ESCAPE, BIDI, "429:count=nan", f"429:count={DIGITS}", "=")),
    *(("serve", "--base-path", path) for path in (ESCAPE, "..", "/../x")),
    *(("serve", "--cors", origin) for origin in (ESCAPE, BIDI, "http://[::1")),
    *(("serve", "--reading", word) for word in (LONG, ESCAPE, "=")),
    *(("health", url) for url in ("", f"http://{LONG}", ESCAPE, "http://[::1", "file:///etc/passwd")),
    *(("health", "--wait", number) for number in ("nan", "inf", "1e300", "-1")),
    *(("exec", "--gauntlet", "--deadline", number, "--", "true") for number in ("nan", "inf", "1e300", "-1")),
    ("proof", LONG),
    (LONG,),
    (ESCAPE,),
)  # fmt: skip
