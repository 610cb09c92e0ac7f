"""What can go wrong with keys and sealed values. No message holds a key or a text."""


class MasterKeyUnavailable(Exception):
    """The key file cannot be used. The message says why and what to do; nothing may be served until then."""


class CannotOpen(Exception):
    """A sealed value cannot be read: changed, cut, moved from another row, or of a key that is gone.

    Not a ValueError nor any other error that templates swallow: an empty place could be saved over the text.
    """


class NotSealed(TypeError):
    """The program tried to write or to read an encrypted column past its model."""
