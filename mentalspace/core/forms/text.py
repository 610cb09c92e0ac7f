"""Plain text on its way in: one spelling of each letter, and no characters that cannot be seen."""

import unicodedata

from django.core.exceptions import ValidationError
from django.http import QueryDict

ALLOWED = "\n\t"
# Marks that turn the direction of what follows: a name could be made to read as another.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """NFC, without NUL (a database cannot hold it), with single newlines."""
    return unicodedata.normalize("NFC", text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n"))


def refuse_control_characters(text: str) -> None:
    """Validator: text that was pasted from a terminal or a damaged file is refused rather than silently changed."""
    if not isinstance(text, str) or text.isprintable():
        return
    for character in text:
        if (unicodedata.category(character) == "Cc" and character not in ALLOWED) or character in BIDI:
            raise ValidationError(
                "This text holds an invisible control character. Type it again, or paste it as plain text.",
                code="control_character",
            )


def plain_data(data: QueryDict) -> QueryDict:
    """Posted data with every text made plain. Passwords stay exactly as typed."""
    if all(
        name.find("password") >= 0 or text == plain(text) for name, texts in data.lists() for text in texts
    ):
        return data
    copy = data.copy()
    for name, texts in data.lists():
        if "password" not in name:
            copy.setlist(name, [plain(text) for text in texts])
    return copy
