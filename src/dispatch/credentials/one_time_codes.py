"""Codes of an authenticator app (TOTP, RFC 6238), and recovery codes for whoever has lost the phone with it."""

import hashlib
import hmac
import io
import random
from datetime import datetime

import pyotp
import segno

from dispatch.rules.access.sign_in import RECOVERY_CODES, acceptable_steps, plain_code

_ISSUER = "dispatch"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32, without those that look alike: five bits a letter
_GROUPS, _GROUP = 4, 4


def new_seed(chance: random.Random) -> str:
    """160 random bits in base32, as apps take it (RFC 4226, section 4, R6)."""
    return "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32))


def matching_step(seed: str, code: str, now: datetime, last: int | None) -> int | None:
    """The time step that `code` belongs to; None when it is wrong, too old or was taken before."""
    typed, codes = plain_code(code), pyotp.TOTP(seed)
    found = None
    for step in acceptable_steps(now, last):
        if hmac.compare_digest(codes.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def enrolment_uri(seed: str, person: str) -> str:
    return pyotp.TOTP(seed).provisioning_uri(name=person, issuer_name=_ISSUER)


def qr_svg(text: str) -> str:
    """A QR code as an SVG element for a view, without style, script or a fixed size; its colours come by class."""
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, nl=False, omitsize=True, border=4, svgclass="qr", lineclass="qr-dark")
    return drawn.getvalue().decode()


def spaced(seed: str) -> str:
    """A seed in groups of four, for whoever types it."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))


# ---- recovery codes ------------------------------------------------------------------------------------------------


def new_recovery_codes(chance: random.Random) -> list[str]:
    """80 random bits each, too many to guess even with a copy of the database."""
    return [
        "-".join("".join(chance.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_hash(person: str, code: str) -> str:
    return hashlib.sha256(f"{person}:{plain_code(code)}".encode()).hexdigest()
