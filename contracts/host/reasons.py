"""Why there was no answer, in words and in one line."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

import httpcore

# What h11 and httpcore say, and what it means to somebody who does not know them.
_WORDS: Final = {
    "Receive buffer too long": "the headers of its answer have more than 100 KiB",
    "illegal request line": "its answer is no HTTP/1.1",
    "no response line received": "its answer has no status line",
    "Received server _SWITCH_UPGRADE event without a pending proposal": (
        "it switched to another protocol (HTTP 101), which nobody asked for"
    ),
}
# Codes of OpenSSL for a certificate that nobody known has signed: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and so on.
_UNKNOWN_CA: Final = (18, 19, 20, 21)
_CLOSED: Final = "Server disconnected without sending a response."


def reason(error: Exception, *, heard: bool) -> str:
    """Return why there was no answer. `heard`: some of it has come."""
    if isinstance(error, httpcore.TimeoutException):
        return f"{'its answer did not end' if heard else 'it did not answer'} within the timeout (--timeout)"
    inner = list(_causes(error))[-1]
    words = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    # What follows is the line of the host, which may hold a secret.
    said = " ".join(words.partition(": bytearray(")[0].split()) or type(inner).__name__
    if isinstance(inner, ssl.SSLCertVerificationError):
        advice = "; if you trust the host, give the certificate of its CA with --ca-bundle"
        why = inner.verify_message.rstrip(".")
        return f"TLS failed (its certificate is not trusted: {why}){advice if inner.verify_code in _UNKNOWN_CA else ''}"
    if isinstance(inner, ssl.SSLError):
        return f"TLS failed ({inner}){_advice(inner)}"
    if said == _CLOSED and heard:
        return "it closed the connection before the headers of its answer had ended"
    return _WORDS.get(said, said)


def _advice(error: ssl.SSLError) -> str:
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return "; it does not seem to speak TLS: try http:// in place of https://"
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it, the root last. httpcore keeps the cause as an argument."""
    yield error
    for cause in (error.__cause__, *error.args):
        if isinstance(cause, BaseException):
            yield from _causes(cause)
            return
