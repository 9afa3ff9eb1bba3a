"""How much of their wording two texts share: what copies of one text are recognised by."""

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SHINGLE = 4
"""Words of a shingle, a run of words that is compared as one."""
ANCHORS = 12
"""Shingles of a text that it can be looked up by. Of a text and its half, two are the same in 98 of 100 cases."""
LEAST_WORDS = 40
"""Words from which a text can be a near copy; a shorter one is a copy only if it is the same text."""
_WORD = re.compile(r"\w+")
_DATELINE = re.compile(r"\A.{0,60}?\s[-–—]{1,2}\s")
_TELLING = re.compile(r"\d+|(?<=[\w,;:\"“”'’] )[^\W\d_a-z]\w+")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)


@dataclass(frozen=True)
class Wording:
    """The words of a text in their order, whatever their case, their punctuation and the breaks of lines.

    :param text: The text.
    """

    text: str

    @cached_property
    def _words(self) -> list[bytes]:
        words = _WORD.findall(unicodedata.normalize("NFKC", self.text).casefold())
        return " ".join(words).encode().split(b" ") if words else []

    @cached_property
    def digest(self) -> int:
        """A hash of all the words: a signed integer of 64 bits, the same for the same words in the same order."""
        whole = hashlib.blake2b(b" ".join(self._words), digest_size=8)
        return int.from_bytes(whole.digest(), "big", signed=True)

    @cached_property
    def shingles(self) -> NDArray[np.uint64]:
        """Hashes of the runs of words, ascending, each once; a text that is shorter than one is one."""
        hashes = np.fromiter(map(zlib.crc32, self._words), dtype=np.uint64, count=len(self._words))
        count = len(hashes) - SHINGLE + 1
        if count < 1:
            return np.array([self.digest % (1 << 64)] if len(hashes) else [], dtype=np.uint64)
        mixed = np.zeros(count, dtype=np.uint64)
        for place, factor in enumerate(_FACTORS):
            mixed = (mixed ^ hashes[place : place + count]) * factor
            mixed ^= mixed >> np.uint64(29)
        return np.unique(mixed)

    @cached_property
    def anchors(self) -> list[int]:
        """The shingles with the least hashes (bottom-k MinHash; Broder, 1997), as integers of 32 bits.

        A text that is too short for near copies has its digest only, one without words nothing.
        """
        if len(self._words) < LEAST_WORDS:
            return [self.digest & 0xFFFFFFFF] if self._words else []
        # The high bits of the least hashes are all alike.
        return [int(shingle) & 0xFFFFFFFF for shingle in self.shingles[:ANCHORS]]

    @cached_property
    def telling(self) -> frozenset[str]:
        """The figures, and the names within sentences; those of a dateline do not count."""
        return frozenset(_TELLING.findall(_DATELINE.sub("", self.text)))

    def shared_with(self, other: "Wording") -> float:
        """Tell how much of the shorter text is in the longer one.

        :param other: Another text.
        :returns: 0 to 1; 0 if one has no words.
        """
        shorter = min(len(self.shingles), len(other.shingles))
        common = np.intersect1d(self.shingles, other.shingles, assume_unique=True)
        return len(common) / shorter if shorter else 0.0

    def says_what(self, other: "Wording", *, least: float) -> bool:
        """Whether both tell the same in the same words, and the longer has every name and figure of the shorter.

        :param other: Another text.
        :param least: How much of the shorter text has to be in the longer one, 0 to 1.
        """
        shorter, longer = sorted((self, other), key=lambda one: len(one.shingles))
        return shorter.shared_with(longer) >= least and shorter.telling <= longer.telling
