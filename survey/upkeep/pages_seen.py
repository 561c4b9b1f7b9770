"""What a respondent's page carries, as somebody sees it who asks from here, or from outside through the proxy."""

from __future__ import annotations

import http.client
import os
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import current_app

from survey.calling import called, user

PAGE = "/a"
AN_ADDRESS = "https://jianfu.example"
SECONDS_TO_ANSWER = 10
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, noarchive",
}
ISSUERS = "SSL_CERT_FILE"  # by which OpenSSL is told whose certificates are trusted
YEAR_IN_TLS = "max-age=31536000"


def amiss(url: str | None) -> Iterator[str]:
    """What a page lacks that respondents' pages promise; asked at an address where one is given."""
    if url is None:
        yield from _missing(dict(current_app.test_client().get(PAGE).headers))
    elif (no_address := _no_address(url)) is not None:
        yield no_address
    elif url.startswith("https://") and (told := os.environ.get(ISSUERS)) is not None and (amiss := _unfit(told)):
        yield f"{ISSUERS} is {told!r}, {amiss} Nobody was asked."
    else:
        yield from _from_outside(url)


def _no_address(url: str) -> str | None:
    """Why nobody can be asked at this address, whoever runs there."""
    if not url.strip():
        return f"The address is empty: write it as people use it, such as {AN_ADDRESS}"
    if not url.startswith(("https://", "http://")):
        return f"{url} is no address: write it as people use it, such as https://{url.rpartition('//')[2]}"
    try:
        parts = urllib.parse.urlsplit(url)
        is_one = bool(parts.hostname) and parts.port != 0
    except ValueError as problem:  # brackets of nothing, a port that is no number or beyond all
        return f"{url} is no address: {problem}. Write it as people use it, such as {AN_ADDRESS}"
    return None if is_one else f"{url} is no address. Write it as people use it, such as {AN_ADDRESS}"


def _unfit(issuers: str) -> str | None:
    """Why a file of certificates is none; where it is missing, Python passes over it and trusts nobody."""
    path = Path(issuers).absolute()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except FileNotFoundError:
        return f"and there is no file {path}. Write the whole path, or leave {ISSUERS} out."
    except ssl.SSLError:
        return f"and no certificate in PEM can be found in {path}. It begins with «-----BEGIN CERTIFICATE-----»."
    except OSError as error:
        return f"and {path} cannot be read by the user who runs this ({user()}): {error.strerror}."
    return None


def _from_outside(url: str) -> Iterator[str]:
    try:
        with urllib.request.urlopen(url.rstrip("/") + PAGE, timeout=SECONDS_TO_ANSWER) as page:
            if page.url.startswith("http:"):
                yield f"{url} answers without TLS: what people send could be read on its way."
            yield from _missing(dict(page.headers))
            if YEAR_IN_TLS not in page.headers.get("Strict-Transport-Security", ""):
                yield f"Strict-Transport-Security: {YEAR_IN_TLS} is missing."
    except (OSError, ValueError, http.client.HTTPException) as problem:
        yield _unanswered(url, problem)


def _unanswered(url: str, problem: Exception) -> str:
    reason = getattr(problem, "reason", problem)
    if isinstance(problem, urllib.error.HTTPError):
        return f"{url} answered with status {problem.code} ({reason}), and no page. Do the pages run behind the proxy?"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {url} is not trusted here: {reason.verify_message}. Is it one of your own? Then name "
            f"the file of whoever issued it: {ISSUERS}=FILE {called('check', '--url', url)}"
        )
    if isinstance(reason, http.client.HTTPException) and not isinstance(reason, http.client.InvalidURL):
        return f"{url} answered, and not as a server of pages does. Is it the right port?"
    return f"{url} did not answer: {reason}"


def _missing(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in HEADERS.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name, 'missing')}; respondents' pages need {name}: {value}"
    if "default-src 'none'" not in headers.get("Content-Security-Policy", ""):
        yield "The Content-Security-Policy lets pages load from elsewhere."
    if "Set-Cookie" in headers:
        yield "A cookie is set on a respondent's page."
