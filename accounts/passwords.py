"""Which passwords are refused: those that others are known to use, and those made of one's own name or the practice's.

Nothing about digits, capitals or signs (NIST SP 800-63B): such rules make passwords harder to remember and no harder
to guess. The list is on this machine; no password, nor a hash of one, is ever sent anywhere to be looked up.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from mentalspace.core import practice

LONG_ONES = Path(__file__).with_name("known_passwords.txt")
KEYBOARD = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "abcdefghijklmnopqrstuvwxyz",
)
# As people dress a word up, and guessing programs undress it.
UNDRESSED = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
SHORTEST_WORD = 4
# Distinct pieces that a password must be made of, when what others use counts as one piece, and each letter else.
FEWEST_PIECES = 4
CONTEXT = (
    "mentalspace",
    "therapy",
    "therapist",
    "counseling",
    "psychology",
    "practice",
    "password",
    "welcome",
)


class KnownPasswordValidator:
    """Refuse what is on the list of known passwords, and what is only known ones and runs of keys put together."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError in one kind sentence."""
        plain = squeezed(password)
        if plain in known() or plain.translate(UNDRESSED) in known():
            raise ValidationError(
                "Many people use this password, so it is among the first to be tried. Choose another."
            )
        if min(pieces(plain), pieces(plain.translate(UNDRESSED))) < FEWEST_PIECES:
            raise ValidationError(
                "This password is easily guessed: it repeats itself, or is made of what many use. Choose another."
            )

    def get_help_text(self) -> str:
        return "Three or four words that do not belong together are easy to remember."


class OwnWordsValidator:
    """Refuse a password that is little more than the person's address or name, or what the practice is called."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError in one kind sentence."""
        rest = squeezed(password)
        for word in sorted({*CONTEXT, *_own_words(user)}, key=len, reverse=True):
            rest = rest.replace(word, "\x00")
        if "\x00" in rest and pieces(rest) < FEWEST_PIECES:
            raise ValidationError(
                "This password is made of your name, your address or the practice's name. Choose another."
            )

    def get_help_text(self) -> str:
        return ""


def pieces(text: str) -> int:
    """Of how few distinct pieces the text can be put together: known passwords, runs of keys, and single letters.

    Where a long piece fits it is taken; guessing programs put words together in the same way.
    """
    found: set[str] = set()
    at = 0
    while at < len(text):
        length = _longest_piece(text, at)
        found.add(text[at : at + length])
        at += length
    return len(found)


def squeezed(password: str) -> str:
    """Without case and without what merely separates."""
    return re.sub(r"[\s._\-]+", "", password).lower()


@cache
def known() -> frozenset[str]:
    """About 20,000 passwords from leaks that come with Django, and longer ones of ours. Read once, 10 ms."""
    long_ones = LONG_ONES.read_text(encoding="utf-8").splitlines()
    return frozenset(CommonPasswordValidator().passwords) | {
        squeezed(line) for line in long_ones if line and not line.startswith("#")
    }


def _longest_piece(text: str, at: int) -> int:
    longest = min(len(text) - at, 24)
    for length in range(longest, SHORTEST_WORD - 1, -1):
        part = text[at : at + length]
        if part in known() or _is_run(part):
            return length
    return _repeats(text, at)


def _is_run(part: str) -> bool:
    return any(part in row or part in row[::-1] for row in KEYBOARD) or part.isdecimal()


def _repeats(text: str, at: int) -> int:
    """How often the letter stands there in a row."""
    length = 1
    while at + length < len(text) and text[at + length] == text[at]:
        length += 1
    return length


def _own_words(user: Any) -> set[str]:
    staff = getattr(user, "staff", None) if getattr(user, "pk", None) else None
    texts = [
        getattr(user, "email", "") or "",
        getattr(staff, "first_name", ""),
        getattr(staff, "last_name", ""),
        practice.get(practice.PracticeProfile).name,
    ]
    words = {squeezed(text) for text in texts} | {
        word for text in texts for word in re.split(r"\W+", text.lower())
    }
    return {word for word in words if len(word) >= SHORTEST_WORD}
