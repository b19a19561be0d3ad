"""Bytes as lines of text: UTF-8 with or without a byte order mark, ended by LF, CR LF or CR."""

import codecs
import io


class LineSplitter:
    """Takes bytes in any pieces and gives back whole lines without their ends."""

    def __init__(self) -> None:
        utf_8 = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        self._decoder = io.IncrementalNewlineDecoder(utf_8, translate=True)
        self.pending = ""
        """The last line, whose end has not come yet."""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that end in this piece."""
        return self._split(self._decoder.decode(chunk))

    def close(self) -> list[str]:
        """Return what comes before the end of the file: at most one line that nothing ends."""
        lines = self._split(self._decoder.decode(b"", final=True))
        last, self.pending = self.pending, ""
        return [*lines, last] if last else lines

    def _split(self, text: str) -> list[str]:
        *lines, self.pending = (self.pending + text).split("\n")
        return lines


def is_text(line: str) -> bool:
    """Whether a line was UTF-8: bytes that are not were decoded as surrogates."""
    if line.isascii():
        return True
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
