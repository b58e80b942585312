"""The one exception that reaches the user: bad input, told in one line."""

from __future__ import annotations


class UserError(Exception):
    """Bad usage or configuration.

    The text is one line that names the file or setting and says what to do. Doors print it
    without a traceback and end with exit code 2.
    """
