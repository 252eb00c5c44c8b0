"""Hints for errors that many answers raise, whatever the exercise."""

from __future__ import annotations

BYTES = "A socket takes and gives bytes: text.encode() is a text as bytes, data.decode() the text of bytes."
NUMBER = "A line is bytes, or a text: int(line) is the number in it."
FILES = "self.rfile and self.wfile belong to a StreamRequestHandler. A BaseRequestHandler has self.request, the socket."
HINTS = {
    "it ended the whole program": "return ends a function. sys.exit() and os._exit() end much more: leave them out.",
    "SystemExit": "return ends a function. sys.exit() raises SystemExit, which ends much more.",
    "this New has no socket": "An __init__ of your own has to call super().__init__(*args).",
    "a bytes-like object is required, not 'str'": BYTES,
    "can only concatenate str": BYTES,
    "can't concat str": BYTES,
    "for +=: 'int' and 'bytes'": NUMBER,
    "for +: 'int' and 'bytes'": NUMBER,
    "has no attribute 'rfile'": FILES,
    "has no attribute 'wfile'": FILES,
    "has no attribute 'reverse'": "bytes have no method that reverses them: slice them.",
    "has no attribute 'lock'": "self is the handler, and self.server the server: use the lock where you have put it.",
    "has no method named 'handle'": "The server calls the method named handle, and no other.",
    "Bad file descriptor": "Something that had been closed was used again. Is it closed too early?",
}


def hint_for(did: str) -> str:
    """A hint for the error that a sentence about an answer mentions, '' if there is none for it."""
    return next((hint for words, hint in HINTS.items() if words in did), "")
