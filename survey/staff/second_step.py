"""The second step of a log-in: a code of six digits that an app computes from a shared secret every 30 seconds (TOTP).

The secret stands in the store sealed under a key that is not there. A key is derived for each account, lest somebody
who can write to the store puts their own sealed secret over another's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyotp
from flask import current_app
from markupsafe import Markup
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import select, update

from survey import db, qr_code
from survey.calling import called
from survey.keyring import rotation
from survey.keyring.keys import valid_keys
from survey.staff.store import Account

KEY = "second_step"
ISSUER = "Jianfu"
STEPS_OFF = 1  # of 30 seconds, by which a phone's clock may be wrong


class SecretLost(RuntimeError):
    """A secret that this installation's key does not open."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A new secret as the page shows it, and sealed as the page carries it until a right code confirms it."""

    sealed: str
    text: str  # in groups of four, to be typed
    qr: Markup


def offer(account: Account, sealed: str | None = None) -> Offer:
    """The secret that a page carries already; a new one where it carries none of ours."""
    try:
        secret = _opened(account, sealed or "")
    except SecretLost:
        secret = pyotp.random_base32()
        sealed = _sealed(account, secret)
    address = pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)
    return Offer(str(sealed), " ".join(re.findall("....", secret)), qr_code.drawn(address))


def turn_on(account: Account, sealed: str, code: str) -> bool:
    """Put a secret in force if it was offered here and the code is one of its; the caller commits."""
    try:
        step = _time_step(_opened(account, sealed), code)
    except SecretLost:
        return False
    if step is not None:
        account.second_step, account.second_step_used = sealed, step
    return step is not None


def turn_off(account: Account) -> None:
    """Let the password be enough; the caller commits."""
    account.second_step, account.second_step_used = None, 0


def use(account: Account, code: str) -> bool:
    """Whether the code is right and neither it nor a later one was used before; it is used up now. Commits this alone.

    Raises SecretLost.
    """
    step = _time_step(_opened(account, account.second_step or ""), code)
    if step is None:
        return False
    desk = db.begin_writing("desk")
    unused = (Account.id == account.id, Account.second_step_used < step)
    used = desk.execute(update(Account).where(*unused).values(second_step_used=step).returning(Account.id)).all()
    desk.commit()
    return len(used) == 1


def _time_step(secret: str, code: str) -> int | None:
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, valid_window=STEPS_OFF)
    except OTPVerificationError:
        return None


def reseal(key: bytes) -> int:
    """Seal every account's secret under another key; the caller commits. How many. Raises SecretLost."""
    accounts = db.begin_writing("desk").scalars(select(Account).where(Account.second_step.is_not(None))).all()
    for account in accounts:
        account.second_step = _sealed(account, _opened(account, account.second_step or ""), key)
    return len(accounts)


def opens(keys: rotation.Keys) -> bool | None:
    """Whether one of these keys opens any account's secret; None where no account has one."""
    with db.reading("desk") as connection:
        of_all = select(Account.id, Account.second_step).where(Account.second_step.is_not(None))
        secrets = connection.execute(of_all).all()
    return any(_opened_by(keys[KEY], id_, sealed or "") is not None for id_, sealed in secrets) if secrets else None


def _sealed(account: Account, secret: str, key: bytes | None = None) -> str:
    box = _box(account.id, key or _keys()[0])
    return bytes(box.encrypt(secret.encode(), encoder=URLSafeBase64Encoder)).decode()


def _opened(account: Account, sealed: str) -> str:
    if (secret := _opened_by(_keys(), account.id, sealed)) is not None:
        return secret
    remedy = f"Run: {called('staff', 'reset-second-step', account.login)}"
    raise SecretLost(f"The key «{KEY}» does not open the secret of {account.login}. {remedy}")


def _opened_by(keys: Sequence[bytes], account_id: str, sealed: str) -> str | None:
    for key in keys:
        with suppress(CryptoError, ValueError):
            return bytes(_box(account_id, key).decrypt(sealed.encode(), encoder=URLSafeBase64Encoder)).decode()
    return None


def _keys() -> list[bytes]:
    return valid_keys(current_app.config["SETTINGS"].keys, KEY)


def _box(account_id: str, key: bytes) -> SecretBox:
    return SecretBox(hashlib.blake2b(account_id.encode(), key=key, digest_size=SecretBox.KEY_SIZE).digest())
