#!/usr/bin/env python3
"""Verifies a ledger at level 1, from the specification in this directory alone.

It needs Python 3.9 or later, git, and ssh-keygen (OpenSSH 8.2 or later), and shares no code with the program that writes
ledgers. Comments name the chapters that a part carries out. What level 1 shows, and what not: README.md, "Levels" and
"A second verifier".
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from bisect import insort
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Deque, Dict, FrozenSet, Generator, Iterable, Iterator, List, Optional, Set, Tuple

LEVEL = 1
ASSUMES = (
    "effective events were admissible under the charter (level 1 judges no rule but its authority); "
    "completeness is not shown: a tip may have been cut off; times and facts are what signers say; keys are whose genesis says"
)
MAX_COMMIT = 1064960
MAX_PAYLOAD = 1048576
MAX_TEXT = 16384
MAX_CHARTER = 262144
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
PROPOSAL_SECONDS = 30 * 86400
RESERVED = frozenset(["repo", "self", "recovery", "new"])

Check = Callable[[Any, str], None]
Map = Dict[str, Any]


class Refused(Exception):
    """What is verified is no ledger of this format; `code` is one of chapter 11."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(f"{code}: {found}")
        self.code = code
        self.found = found


class Trouble(Exception):
    """Something around us does not work: a program, a directory, a file. It says nothing about the ledger."""


def need(condition: bool, code: str, found: str) -> None:
    if not condition:
        raise Refused(code, found)


def shown(value: Any) -> str:
    """A value as text for people: short, and without characters that a terminal would obey."""
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."


# --- 1.2 and 1.3: digests and canonical JSON ----------------------------------------------------------------------------


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """C(v). For the values of 1.3 Python's writer makes just these bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(value: Any) -> str:
    """HC(v)."""
    return sha256(canonical(value))


class JsonReader:
    """Reads C(v) and nothing else; the first deviation from the left decides the code."""

    RUN = re.compile(r'[^"\\\x00-\x1f]*')
    NUMBER = re.compile(r"[-+.eE0-9]+")
    HEX = re.compile(r"[0-9a-fA-F]{4}")
    SHORT = {'"': '"', "\\": "\\", "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
    WORDS = (("null", None), ("true", True), ("false", False))

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> Any:
        value = self.value(1)
        need(self.at == len(self.text), "format.json", f"more after the value, at character {self.at}")
        return value

    def peek(self) -> str:
        """The next character, where white space may not stand; nothing at the end."""
        char = self.text[self.at : self.at + 1]
        need(char not in (" ", "\t", "\n", "\r"), "format.canonical", f"white space at character {self.at}")
        return char

    def wrong(self, what: str) -> Refused:
        return Refused("format.json", f"{what} at character {self.at}")

    def value(self, depth: int) -> Any:
        char = self.peek()
        if char == '"':
            return self.string()
        if char in ("{", "["):
            need(depth <= MAX_DEPTH, "format.depth", f"a map or list at depth {depth}, at most {MAX_DEPTH}")
            self.at += 1
            return self.map(depth) if char == "{" else self.list(depth)
        if char and char in "-0123456789":
            return self.number()
        for word, value in self.WORDS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        raise self.wrong("no value")

    def map(self, depth: int) -> Map:
        found: Map = {}
        last: Optional[str] = None
        if self.peek() == "}":
            self.at += 1
            return found
        while True:
            if self.peek() != '"':
                raise self.wrong("no key")
            key = self.string()
            need(all(" " <= c <= "~" for c in key), "format.text", f"the key {shown(key)} is not printable ASCII")
            need(key != last, "format.duplicate-key", f"the key {shown(key)} stands twice")
            need(last is None or last < key, "format.canonical", f"the key {shown(key)} stands after {shown(last)}")
            if self.peek() != ":":
                raise self.wrong("no colon")
            self.at += 1
            found[key] = self.value(depth + 1)
            last = key
            if self.more("}"):
                return found

    def list(self, depth: int) -> List[Any]:
        found: List[Any] = []
        if self.peek() == "]":
            self.at += 1
            return found
        while True:
            found.append(self.value(depth + 1))
            if self.more("]"):
                return found

    def more(self, end: str) -> bool:
        """Takes the sign after an entry; true if it is the closing bracket."""
        char = self.peek()
        if char not in (",", end):
            raise self.wrong(f"neither a comma nor {end}")
        self.at += 1
        return char == end

    def string(self) -> str:
        parts: List[str] = []
        self.at += 1
        while True:
            run = self.RUN.match(self.text, self.at)
            assert run is not None
            parts.append(run.group())
            self.at = run.end()
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.at += 1
                return "".join(parts)
            if char != "\\":
                raise self.wrong("a control character" if char else "the end within a text,")
            parts.append(self.escape())

    def escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        if char in self.SHORT:
            self.at += 2
            return self.SHORT[char]
        need(char != "/", "format.canonical", "the escape \\/")
        if char != "u":
            raise self.wrong("an unknown escape")
        digits = self.HEX.match(self.text, self.at + 2)
        if digits is None:
            raise self.wrong("\\u without four hex digits")
        char = chr(int(digits.group(), 16))
        short = char in self.SHORT.values()
        own = char < " " and not short and digits.group() == digits.group().lower()
        need(own, "format.canonical", f"the escape \\u{digits.group()}")
        self.at += 6
        return char

    def number(self) -> int:
        run = self.NUMBER.match(self.text, self.at)
        assert run is not None
        text = run.group()
        self.at = run.end()
        good = re.fullmatch(r"-?[0-9]+", text) is not None and text != "-0"
        # The length is bounded before Python computes: converting digits takes time that grows with their square.
        good = good and len(text.lstrip("-").lstrip("0")) <= 16 and abs(int(text[-17:].lstrip("-"))) <= MAX_INTEGER
        need(good, "format.number", f"the number {shown(text)}")
        negative = text.startswith("-")
        number = int(text.lstrip("-").lstrip("0") or "0") * (-1 if negative else 1)
        need(str(number) == text, "format.canonical", f"the number {shown(text)} has leading zeros")
        return number


def read_json(text: str) -> Any:
    return JsonReader(text).read()


# --- 1.6: Unicode 16.0.0, from the data file beside this program --------------------------------------------------------


class Unicode:
    """Assigned code points, Normalization Form C and the fold of 1.6, whatever Python's own tables say."""

    S, L, V, T = 0xAC00, 0x1100, 0x1161, 0x11A7  # Hangul syllables and their parts (The Unicode Standard, 3.12)

    def __init__(self) -> None:
        data = json.loads((Path(__file__).resolve().parent / "unicode-16.0.0.json").read_text("ascii"))

        def span(text: str) -> Tuple[int, int]:
            first, _, last = text.partition("-")
            return int(first, 16), int(last or first, 16)

        def table(name: str) -> Dict[int, List[int]]:
            pairs = (entry.split(":") for entry in data[name])
            return {int(code, 16): [int(c, 16) for c in to.split(" ")] for code, to in pairs}

        self.assigned = [span(text) for text in data["assigned"]]
        self.classes: Dict[int, int] = {}
        for entry in data["classes"]:
            codes, _, number = entry.partition(":")
            first, last = span(codes)
            self.classes.update(dict.fromkeys(range(first, last + 1), int(number)))
        self.decompositions = table("decompositions")
        self.folds = table("folds")
        excluded = {int(code, 16) for code in data["not_composed"]}
        self.compositions = {
            (to[0], to[1]): code for code, to in self.decompositions.items() if len(to) == 2 and code not in excluded
        }

    def is_assigned(self, char: str) -> bool:
        return any(first <= ord(char) <= last for first, last in self.assigned)

    def nfd(self, text: str) -> List[int]:
        out: List[int] = []
        todo = [ord(char) for char in reversed(text)]
        while todo:
            code = todo.pop()
            index = code - self.S
            if 0 <= index < 11172:
                out += [self.L + index // 588, self.V + index % 588 // 28] + ([self.T + index % 28] if index % 28 else [])
            elif code in self.decompositions:
                todo.extend(reversed(self.decompositions[code]))
            else:
                out.append(code)
        start = 0  # canonical order: stable, by class, between starters
        for end in range(len(out) + 1):
            if end == len(out) or not self.classes.get(out[end]):
                out[start:end] = sorted(out[start:end], key=lambda code: self.classes.get(code, 0))
                start = end + 1
        return out

    def composed(self, first: int, second: int) -> Optional[int]:
        if 0 <= first - self.L < 19 and 0 <= second - self.V < 21:
            return self.S + (first - self.L) * 588 + (second - self.V) * 28
        if 0 <= first - self.S < 11172 and (first - self.S) % 28 == 0 and 0 < second - self.T < 28:
            return first + second - self.T
        return self.compositions.get((first, second))

    def nfc(self, text: str) -> str:
        out: List[int] = []
        starter = -1
        for code in self.nfd(text):
            number = self.classes.get(code, 0)
            between = self.classes.get(out[-1], 0) if out else 0
            # Blocked: something of the same or a higher class, or a starter, stands between.
            blocked = starter < 0 or (starter < len(out) - 1 and (between == 0 or between >= number))
            whole = None if blocked else self.composed(out[starter], code)
            if whole is not None:
                out[starter] = whole
                continue
            if number == 0:
                starter = len(out)
            out.append(code)
        return "".join(map(chr, out))

    def fold(self, text: str) -> str:
        folded = (self.folds.get(code, [code]) for code in self.nfd(text))
        return self.nfc("".join(chr(code) for codes in folded for code in codes))


@lru_cache(maxsize=1)
def unicode_tables() -> Unicode:
    try:
        return Unicode()
    except (OSError, ValueError, KeyError) as error:
        raise Trouble(f"the file unicode-16.0.0.json beside this program cannot be read: {error}") from error


@lru_cache(maxsize=4096)
def fold(path: str) -> str:
    return path.lower() if path.isascii() else unicode_tables().fold(path)


# --- 1.4 to 1.7: names, texts, paths, times ------------------------------------------------------------------------------

FORBIDDEN = "\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029"
BAD_IN_TEXT = re.compile(f"[{FORBIDDEN}]")
BAD_IN_CHARTER = re.compile(f"[{FORBIDDEN.replace(chr(9), chr(8), 1)}]")
BAD_IN_PATH = re.compile(f"[{FORBIDDEN}\n\\\\]")
SPACES = "\n \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
SAID = re.compile(f"[^{SPACES}]")
BAD_IN_EMAIL = re.compile(f"[A-Z<>,{SPACES}]")


def form(pattern: str, code: str = "format.id") -> Check:
    """A text of 1.5 that matches the pattern as a whole."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any, where: str) -> None:
        text(value, where)
        need(compiled.fullmatch(value) is not None, code, f"{where} is {shown(value)}")

    return check


def a_text(limit: int, forbidden: "re.Pattern[str]") -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str):
            raise Refused("format.type", f"{where} is {shown(value)}, needed: a text")
        size = len(value.encode("utf-8", "surrogatepass"))
        need(size <= limit, "format.size", f"{where} has {size} bytes, at most {limit}")
        bad = forbidden.search(value)
        if bad is not None:
            raise Refused("format.text", f"{where} holds the character U+{ord(bad.group()):04X}")

    return check


text = a_text(MAX_TEXT, BAD_IN_TEXT)
charter_text = a_text(MAX_CHARTER, BAD_IN_CHARTER)
WORD = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
ITEM = r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}"
actor = form(r"[a-z0-9][a-z0-9-]{0,38}")
role = actor
word = form(WORD)
rule = form(rf"{WORD}(?:\.{WORD})?")
item_id = form(ITEM)
correlation = form(r"[A-Za-z0-9._:-]{1,64}")
rid = form(r"[0-9a-f]{32}")
hash256 = form(r"[0-9a-f]{64}")
tagged_oid = form(r"sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64}")
media_type = form(r"(?=.{1,100}\Z)[A-Za-z0-9.+-]{1,99}/[A-Za-z0-9.+-]{1,99}")
branch = form(r"[!-~]{1,255}")
author_name = form(r"[a-z0-9][a-z0-9-]{0,38}|(?s:\?.*)")
# The last of 43 digits of base64 carries four bits; its other two are zero.
fingerprint = form(r"SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]")
NOUN = re.compile(rf"{ITEM}(?P<placed>/{WORD}(?:\.{WORD})?/(?P<position>0|[1-9][0-9]{{0,15}}))?", re.ASCII)


def noun(value: Any, where: str) -> None:
    text(value, where)
    match = NOUN.fullmatch(value)
    good = match is not None and int(match.group("position") or 0) <= MAX_INTEGER
    need(good, "format.id", f"{where} is {shown(value)}")


def email(value: Any, where: str) -> None:
    text(value, where)
    good = len(value.encode("utf-8")) <= 254 and "@" in value and not BAD_IN_EMAIL.search(value)
    need(good, "format.id", f"{where} is {shown(value)}, needed: an email in lower case")


def said(value: Any, where: str) -> None:
    text(value, where)
    need(SAID.search(value) is not None, "format.text", f"{where} is blank")


def path(value: Any, where: str) -> None:
    text(value, where)
    path_form(value, where)


def path_form(value: str, where: str) -> None:
    good = 0 < len(value.encode("utf-8")) <= 4096 and not BAD_IN_PATH.search(value)
    good = good and all(part not in ("", ".", "..") and part.lower() != ".git" for part in value.split("/"))
    if good and not value.isascii():
        tables = unicode_tables()
        good = all(map(tables.is_assigned, set(value))) and tables.nfc(value) == value
    need(good, "format.path", f"{where} is {shown(value)}")


def days_of(year: int, month: int, day: int) -> Optional[int]:
    """Days from 1970-01-01 to a date of the proleptic Gregorian calendar, or nothing if it does not exist."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return before * 365 + leaps + sum(lengths[: month - 1]) + day - 719163


def seconds_of(value: str) -> Optional[int]:
    """The seconds of a time of 1.7, or nothing if it is none."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", value)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    days = days_of(year, month, day)
    if days is None or days < 0 or hour > 23 or minute > 59 or second > 59:
        return None
    return days * 86400 + hour * 3600 + minute * 60 + second


def moment(value: Any, where: str) -> None:
    text(value, where)
    need(seconds_of(value) is not None, "format.time", f"{where} is {shown(value)}")


def is_day(value: str) -> bool:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
    return match is not None and days_of(*map(int, match.groups())) is not None


def until(value: Any, where: str) -> None:
    text(value, where)
    need(value == "phase-end" or is_day(value), "format.time", f"{where} is {shown(value)}")


# --- 1.8 and 2.4: keys, points, signatures -------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SMALL_ORDER = frozenset(
    bytes.fromhex(y)
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)


def is_strong_point(point: bytes) -> bool:
    """Canonical, on the curve, not of small order. (x = 0 occurs only with y = 1 and -1, which are of small order.)"""
    y_bytes = point[:31] + bytes([point[31] & 0x7F])
    y = int.from_bytes(y_bytes, "little")
    if y >= P or y_bytes in SMALL_ORDER:
        return False
    # x^2 = u / v has a root exactly if u * v is a square.
    u, v = y * y - 1, D * y * y + 1
    return pow(u * v, (P - 1) // 2, P) == 1


class Malformed(Exception):
    """A blob of SSH strings that is not of the one form."""


class Strings:
    """The `string`s of 1.8, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def take(self, size: int) -> bytes:
        if len(self.data) < size:
            raise Malformed("it ends too early")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def expect(self, wanted: bytes) -> None:
        found = self.string()
        if found != wanted:
            raise Malformed(f"{shown(found)} where {shown(wanted)} is needed")

    def end(self) -> None:
        if self.data:
            raise Malformed("something follows")


@dataclass(frozen=True)
class Key:
    type: str
    blob: bytes
    point: bytes

    @property
    def written(self) -> str:
        return f"{self.type} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


ED25519 = "ssh-ed25519"
TOKEN = "sk-ssh-ed25519@openssh.com"


def key_of_blob(blob: bytes) -> Key:
    strings = Strings(blob)
    kind = strings.string()
    if kind not in (ED25519.encode(), TOKEN.encode()):
        raise Malformed(f"a key of the type {shown(kind)}")
    point = strings.string()
    if len(point) != 32:
        raise Malformed(f"a point of {len(point)} bytes")
    if kind == TOKEN.encode():
        try:
            strings.string().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("an application that is not UTF-8") from error
    strings.end()
    return Key(kind.decode(), blob, point)


def need_strong(key: Key, where: str) -> None:
    need(is_strong_point(key.point), "trust.weak-key", f"{where}: the point of {key.fingerprint} is weak")


def from_base64(value: str) -> bytes:
    """Padded base64 in its one form."""
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except ValueError as error:
        raise Malformed("it is not base64") from error
    if base64.b64encode(data).decode() != value:
        raise Malformed("its base64 has bits that are not used and not zero")
    return data


@lru_cache(maxsize=4096)
def key_of_text(value: str) -> Key:
    kind, _, encoded = value.partition(" ")
    key = key_of_blob(from_base64(encoded))
    if key.type != kind:
        raise Malformed("its type is not that of its blob")
    return key


def key(value: Any, where: str) -> None:
    text(value, where)
    try:
        found = key_of_text(value)
    except Malformed as error:
        raise Refused("format.id", f"{where} is {shown(value)}: {error}") from error
    need_strong(found, where)


@dataclass(frozen=True)
class Signature:
    key: Key
    armor: str
    r: bytes
    s: bytes
    flags: Optional[int]


ARMOR_BEGIN = "-----BEGIN SSH SIGNATURE-----"
ARMOR_END = "-----END SSH SIGNATURE-----"


def signature_of_armor(lines: List[str]) -> Signature:
    try:
        if len(lines) < 3 or lines[0] != ARMOR_BEGIN or lines[-1] != ARMOR_END:
            raise Malformed("it has other enclosing lines")
        body = lines[1:-1]
        if any(len(line) != 70 for line in body[:-1]) or not 1 <= len(body[-1]) <= 70:
            raise Malformed("its lines are not of 70 characters")
        outer = Strings(from_base64("".join(body)))
        if outer.take(10) != b"SSHSIG\x00\x00\x00\x01":
            raise Malformed("it does not begin with SSHSIG and the version 1")
        signer = key_of_blob(outer.string())
        for wanted in (b"git", b"", b"sha512"):
            outer.expect(wanted)
        inner = Strings(outer.string())
        outer.end()
        inner.expect(signer.type.encode())
        value = inner.string()
        if len(value) != 64:
            raise Malformed(f"R and S have {len(value)} bytes")
        flags = None
        if signer.type == TOKEN:
            flags = inner.take(1)[0]
            inner.take(4)
        inner.end()
    except Malformed as error:
        raise Refused("format.signature", f"the signature block: {error}") from error
    need_strong(signer, "the signature")
    return Signature(signer, "\n".join(lines), value[:32], value[32:], flags)


class Signatures:
    """Strict verification, one by one, with several ssh-keygen at a time."""

    KEEP = 20000

    def __init__(self) -> None:
        program = shutil.which("ssh-keygen")
        if program is None:
            raise Trouble("the program ssh-keygen is not installed, or not in PATH")
        self.program = program
        self.directory = tempfile.TemporaryDirectory(prefix="verify-")
        self.pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 2)
        # Keyed by all that the answer depends on: the signature with its key, and the signed bytes.
        self.known: Dict[bytes, Future[None]] = {}
        self.lock = threading.Lock()
        self.number = itertools.count()

    def __enter__(self) -> Signatures:
        return self

    def __exit__(self, *_: Any) -> None:
        self.pool.shutdown(wait=True)
        self.directory.cleanup()

    def start(self, signature: Signature, signed: bytes) -> Future[None]:
        """A future that ends without a value if the signature is good, else with the refusal."""
        name = hashlib.sha256(hashlib.sha256(signature.armor.encode()).digest() + signed).digest()
        with self.lock:
            if name not in self.known:
                if len(self.known) >= self.KEEP:
                    self.known.clear()
                self.known[name] = self.pool.submit(self.verify, signature, signed)
            return self.known[name]

    def verify(self, signature: Signature, signed: bytes) -> None:
        bad = "trust.signature"
        need(int.from_bytes(signature.s, "little") < L, bad, "S is not less than L")
        need(is_strong_point(signature.r), bad, "R is not canonical, not on the curve, or of small order")
        present = signature.flags is None or signature.flags & 1 == 1
        need(present, bad, "the security token does not say that its user was present")
        base = os.path.join(self.directory.name, str(next(self.number)))
        try:
            Path(base + ".sig").write_text(signature.armor + "\n", "ascii")
            Path(base + ".key").write_text(f'signer namespaces="git" {signature.key.written}\n', "ascii")
            command = [self.program, "-Y", "verify", "-f", base + ".key", "-I", "signer", "-n", "git", "-s", base + ".sig"]
            env = {"PATH": os.environ.get("PATH", "")}
            done = subprocess.run(command, input=signed, capture_output=True, close_fds=False, env=env)
            os.unlink(base + ".sig")
            os.unlink(base + ".key")
        except OSError as error:
            raise Trouble(f"ssh-keygen cannot be run: {error}") from error
        if done.returncode != 0:
            said_by = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
            if "incorrect signature" not in said_by:
                raise Trouble(f"ssh-keygen could not judge a signature: {shown(said_by)}")
            raise Refused(bad, f"the signature by {signature.key.fingerprint} does not verify")


# --- 3 and 4.1: the payload ----------------------------------------------------------------------------------------------


def maybe(check: Check) -> Check:
    return lambda value, where: None if value is None else check(value, where)


def one_of(*words: str) -> Check:
    def check(value: Any, where: str) -> None:
        text(value, where)
        need(value in words, "format.id", f"{where} is {shown(value)}, needed: {' or '.join(words)}")

    return check


def integer(value: Any, where: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("format.type", f"{where} is {shown(value)}, needed: an integer")


def count(value: Any, where: str) -> None:
    integer(value, where)
    need(value >= 0, "format.number", f"{where} is {value}")


def since(value: Any, where: str) -> None:
    integer(value, where)
    need(value >= 0, "format.type", f"{where} is {value}")


def boolean(value: Any, where: str) -> None:
    need(isinstance(value, bool), "format.type", f"{where} is {shown(value)}, needed: true or false")


def list_of(check: Check) -> Check:
    def checked(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise Refused("format.type", f"{where} is {shown(value)}, needed: a list")
        for index, element in enumerate(value):
            check(element, f"{where}[{index}]")

    return checked


def is_set(values: List[Any]) -> bool:
    forms = [canonical(value) for value in values]
    return all(first < second for first, second in zip(forms, forms[1:]))


def set_of(check: Check, empty: bool = True) -> Check:
    def checked(value: Any, where: str) -> None:
        list_of(check)(value, where)
        need(empty or len(value) > 0, "format.set", f"{where} is empty")
        need(is_set(value), "format.set", f"{where} is not sorted, or holds an element twice")

    return checked


def need_map(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise Refused("format.type", f"{where} is {shown(value)}, needed: a map")


def named(name: Check, check: Check) -> Check:
    """{K: V}"""

    def checked(value: Any, where: str) -> None:
        need_map(value, where)
        for key_, element in value.items():
            name(key_, f"a key of {where}")
            check(element, f"{where}.{key_}")

    return checked


def record(table: Dict[str, Check]) -> Check:
    """A map with exactly the keys of the table."""

    def checked(value: Any, where: str) -> None:
        need_map(value, where)
        for key_, check in table.items():
            need(key_ in value, "format.missing-key", f"{where} has no {key_}")
            check(value[key_], f"{where}.{key_}")
        for key_ in value:
            need(key_ in table, "format.unknown-key", f"{where} has the key {shown(key_)}")

    return checked


def anything_printable(value: Any, where: str) -> None:
    """A key that the reader of JSON has looked at already."""


def field(value: Any, where: str) -> None:
    if isinstance(value, list):
        list_of(text)(value, where)
    elif isinstance(value, dict):
        named(word, text)(value, where)
    elif isinstance(value, str):
        text(value, where)
    else:
        need(isinstance(value, int), "format.type", f"{where} is {shown(value)}")


def reserved_null(value: Any, where: str) -> None:
    need(value is None, "format.unknown-version", f"{where} is {shown(value)}, needed: null")


PERSON: Dict[str, Check] = {"type": one_of("human", "agent", "ci"), "actor": actor, "operator": maybe(actor)}
PERSON.update({"emails": set_of(email), "keys": set_of(key, empty=False), "roles": set_of(role)})
CHARTER: Dict[str, Check] = {"text": charter_text, "id": item_id, "semantics": count, "authority": text}
EVIDENCE = set_of(record({"sha256": hash256, "size": count, "type": media_type}))
FIELDS = named(word, field)
STATED: Dict[str, Check] = {"title": maybe(text), "path": maybe(path), "fields": FIELDS, "links": named(word, set_of(item_id))}
ROLE = {"actor": actor, "role": role}


def recovery(value: Any, where: str) -> None:
    record({"quorum": count, "keys": set_of(key)})(value, where)
    quorum, keys = value["quorum"], len(value["keys"])
    need(1 <= quorum <= keys, "format.number", f"{where}.quorum is {quorum}, with {keys} keys")


def founders(value: Any, where: str) -> None:
    set_of(record(PERSON), empty=False)(value, where)
    names = [person["actor"] for person in value]
    need(len(set(names)) == len(names), "format.set", f"{where} names somebody twice")


FOUNDED = {"continues": reserved_null, "charter": record(CHARTER), "object_format": one_of("sha1", "sha256")}
FOUNDED.update({"actors": founders, "nonce": rid, "baseline": set_of(tagged_oid), "recovery": maybe(recovery)})
WORD_ON = {"claim": word, "result": word, "answers": named(word, boolean), "values": FIELDS}
MIGRATE: Dict[str, Check] = {name: named(word, word) for name in ("kinds", "claims", "blocks")}
MIGRATE.update({"states": named(word, named(word, word)), "roles": named(role, role), "dissolved": set_of(role), "seals": set_of(word)})
BODIES: Dict[str, Dict[str, Check]] = {
    "founded": FOUNDED,
    "chartered": {**CHARTER, "migrate": maybe(record(MIGRATE))},
    "enrolled": PERSON,
    "granted": ROLE,
    "ungranted": {**ROLE, "reason": said},
    "key-added": {"actor": actor, "key": key},
    "key-revoked": {"actor": actor, "key": fingerprint, "compromised_since": maybe(since), "reason": said},
    "declared": {**STATED, "kind": word, "status": word},
    "amended": STATED,
    "moved": {"from": word, "to": word, "because": maybe(word)},
    "attested": {**WORD_ON, "content": hash256, "over": maybe(hash256), "evidence": EVIDENCE, "made": moment},
    "retracted": {"event": rid, "claim": maybe(word), "reason": said},
    "sealed": {"content": hash256, "evidence": EVIDENCE},
    "unsealed": {"seal": rid, "reason": said},
    "blocked": {"name": word, "reason": said, "because": maybe(word), "fields": FIELDS},
    "unblocked": {"name": word, "block": rid, "record": maybe(item_id), "reason": said},
    "waived": {"class": word, "rule": rule, "reason": said, "controls": said, "until": until},
    "unwaived": {"waiver": rid, "rule": rule, "reason": said},
    "erased": {"sha256": hash256, "reason": said},
    "confirmed": {"event": rid, "reason": said},
}
ABOUT_THE_LEDGER = frozenset(["founded", "chartered", "enrolled", "granted", "ungranted", "key-added", "key-revoked"])
ABOUT_THE_LEDGER |= {"erased", "confirmed"}
ABOUT_ANYTHING = frozenset(["attested", "retracted"])
ABOUT_AN_ITEM_OR_THE_REPOSITORY = frozenset(["waived", "unwaived"])

DIGEST = {"sha256": hash256}


def column_rows(value: Any, where: str) -> None:
    list_of(record({"line": count, "text": text}))(value, where)
    lines = [row["line"] for row in value]
    ascending = all(first < second for first, second in zip(lines, lines[1:]))
    need(ascending, "format.set", f"{where} is not sorted by line, or has a line twice")


QUESTIONS: Dict[str, Tuple[Dict[str, Check], Check]] = {
    "path": ({"path": path}, maybe(record({"mode": one_of("100644", "100755"), **DIGEST, "size": count}))),
    "scope": ({"scope": maybe(word)}, record({"count": count, **DIGEST})),
    "authors": ({"path": path, "since": maybe(hash256)}, set_of(author_name)),
    "row": ({"path": path, "column": text, "id": item_id}, maybe(named(anything_printable, text))),
    "column": ({"path": path, "column": text}, maybe(column_rows)),
    "heading": ({"path": path, "heading": text, "before": maybe(text)}, boolean),
    "text": ({"path": path, "text": text}, boolean),
    "lines": ({"path": path}, maybe(count)),
    "on": ({"branch": branch}, boolean),
}


def fact(value: Any, where: str) -> None:
    need_map(value, where)
    need("q" in value, "format.missing-key", f"{where} has no q")
    text(value["q"], f"{where}.q")
    need(value["q"] in QUESTIONS, "format.unknown-key", f"{where} asks {shown(value['q'])}")
    question, answer = QUESTIONS[value["q"]]
    record({"q": text, **question, "a": answer})(value, where)


def facts(value: Any, where: str) -> None:
    list_of(fact)(value, where)
    questions = [{name: part for name, part in one.items() if name != "a"} for one in value]
    need(is_set(questions), "format.set", f"{where} are not sorted, or ask something twice")


SEEN = record({"facts": facts, "commit": tagged_oid, "ref": maybe(text)})
JUDGED = record({"digest": hash256, "gate": word, "outcome": one_of("PASS", "HOLD", "VETO")})


def is_true(value: Any, where: str) -> None:
    need(value is True, "format.type", f"{where} is {shown(value)}, needed: true, or no such key")


ENVELOPE: Dict[str, Check] = {"seq": count, "id": rid, "prev": maybe(hash256), "at": moment, "actor": actor}
ENVELOPE.update({"as": maybe(role), "item": maybe(noun)})
OPTIONAL: Dict[str, Check] = {"seen": SEEN, "judged": JUDGED, "pending": is_true, "correlation": correlation}


def check_payload(payload: Any) -> None:
    """Chapter 3, in the order of 2.6."""
    need_map(payload, "the payload")
    for name in ("v", "type", "body"):
        need(name in payload, "format.missing-key", f"the payload has no {name}")
        if name == "v":
            version = payload["v"]
            need(version == 1 and not isinstance(version, bool), "format.unknown-version", f"v is {shown(version)}")
    for name, check in ENVELOPE.items():
        need(name in payload, "format.missing-key", f"the payload has no {name}")
        check(payload[name], name)
    need_map(payload["body"], "body")
    kind = payload["type"]
    text(kind, "type")
    need(kind in BODIES, "format.unknown-type", f"the type {shown(kind)}")
    record(BODIES[kind])(payload["body"], "body")
    for name, check in OPTIONAL.items():
        if name in payload:
            check(payload[name], name)
    for name in payload:
        known = name in ("v", "type", "body") or name in ENVELOPE or name in OPTIONAL
        need(known, "format.unknown-key", f"the payload has the key {shown(name)}")
    item = payload["item"]
    if kind in ABOUT_THE_LEDGER:
        fits = item is None
    elif kind in ABOUT_ANYTHING:
        fits = True
    elif kind in ABOUT_AN_ITEM_OR_THE_REPOSITORY:
        fits = item is None or "/" not in item
    else:
        fits = item is not None and "/" not in item
    need(fits, "format.type", f"{kind} about {shown(item)}")


SUMMARIES: Dict[str, Callable[[str, Map], str]] = {
    "founded": lambda about, body: body["charter"]["id"],
    "chartered": lambda about, body: f"{body['id']} {sha256(body['text'].encode())[:12]}",
    "enrolled": lambda about, body: body["actor"],
    "granted": lambda about, body: f"{body['actor']} {body['role']}",
    "ungranted": lambda about, body: f"{body['actor']} {body['role']}",
    "key-added": lambda about, body: f"{body['actor']} {key_of_text(body['key']).fingerprint}",
    "key-revoked": lambda about, body: f"{body['actor']} {body['key']}",
    "moved": lambda about, body: f"{about} {body['to']}",
    "attested": lambda about, body: f"{about} {body['claim']}={body['result']}",
    "retracted": lambda about, body: f"{about} {body['claim'] or body['event']}",
    "blocked": lambda about, body: f"{about} {body['name']}",
    "unblocked": lambda about, body: f"{about} {body['name']}",
    "waived": lambda about, body: f"{about} {body['rule']}",
    "unwaived": lambda about, body: f"{about} {body['rule']}",
    "erased": lambda about, body: body["sha256"][:12],
    "confirmed": lambda about, body: body["event"],
}


def summary_of(payload: Map) -> str:
    """2.3"""
    kind, about = payload["type"], "repo" if payload["item"] is None else payload["item"]
    ids = SUMMARIES[kind](about, payload["body"]) if kind in SUMMARIES else about
    return ("proposed " if "pending" in payload else "") + f"{kind} {ids}"


# --- 2: the commit -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ObjectFormat:
    name: str
    digits: int
    empty_tree: str
    signature_header: str


FORMATS = {
    "sha1": ObjectFormat("sha1", 40, "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "gpgsig"),
    "sha256": ObjectFormat("sha256", 64, "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321", "gpgsig-sha256"),
}


@dataclass(frozen=True)
class Event:
    payload: Map
    summary: str
    sha256: str
    oid: str
    parent: Optional[str]
    action: str
    seconds: int
    signature: Signature
    signed: bytes

    # What chapter 5 asks all the time, by short names.
    type = property(lambda self: self.payload["type"])
    seq = property(lambda self: self.payload["seq"])
    id = property(lambda self: self.payload["id"])
    at = property(lambda self: self.payload["at"])
    actor = property(lambda self: self.payload["actor"])
    role = property(lambda self: self.payload["as"])
    key = property(lambda self: self.signature.key.fingerprint)
    touch = property(lambda self: {"at": self.at, "seq": self.seq})
    facts = property(lambda self: self.payload["seen"]["facts"] if "seen" in self.payload else [])


def git_hash(kind: str, size: int, name: str) -> "hashlib._Hash":
    return hashlib.new(name, f"{kind} {size}".encode() + b"\0")


def oid_of(commit: bytes, name: str) -> str:
    hasher = git_hash("commit", len(commit), name)
    hasher.update(commit)
    return hasher.hexdigest()


def headers_of(head: str) -> List[Tuple[str, List[str]]]:
    """Names and values; a value runs on over lines that begin with a space."""
    headers: List[Tuple[str, List[str]]] = []
    for line in head.split("\n"):
        if line.startswith(" ") and headers:
            headers[-1][1].append(line[1:])
        else:
            name, _, value = line.partition(" ")
            headers.append((name, [value]))
    return headers


def one_line(header: Tuple[str, List[str]]) -> str:
    return "\n".join(header[1]).strip(" ")


def identity(value: str, where: str, payload: Map) -> None:
    match = re.fullmatch(r"([^\n]*) <> ([0-9]+) \+0000", value)
    good = match is not None and match.group(1) == payload["actor"]
    need(good, "format.identity", f"{where} is {shown(value)}, the payload's actor {payload['actor']}")
    assert match is not None
    seconds = match.group(2).lstrip("0") or "0"
    need(seconds == str(seconds_of(payload["at"])), "format.time", f"{where} says {shown(seconds)}, at is {payload['at']}")


def read_event(commit: bytes, fmt: ObjectFormat) -> Event:
    """Steps 1 to 9 of 2.6: what needs nothing but the bytes and the object format."""
    need(len(commit) <= MAX_COMMIT, "format.size", f"the commit has more than {MAX_COMMIT} bytes")
    try:
        whole = commit.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("format.encoding", f"the commit is not UTF-8 at byte {error.start}") from error
    need("\0" not in whole, "format.text", "the commit holds a NUL")
    head, separator, message = whole.partition("\n\n")
    need(separator != "", "format.commit", "no empty line stands after the headers")

    headers = deque(headers_of(head))
    need(headers[0][0] == "tree", "format.commit", f"the first header is {shown(headers[0][0])}, needed: tree")
    tree = one_line(headers.popleft())
    need(tree == fmt.empty_tree, "format.tree", f"the tree is {shown(tree)}, needed: the empty one, {fmt.empty_tree}")
    parent = None
    if headers and headers[0][0] == "parent":
        parent = one_line(headers.popleft())
        need(re.fullmatch(f"[0-9a-f]{{{fmt.digits}}}", parent) is not None, "format.id", f"the parent is {shown(parent)}")
        need(not headers or headers[0][0] != "parent", "format.parents", "a second parent")
    identities = []
    for name in ("author", "committer"):
        there = bool(headers) and headers[0][0] == name
        need(there, "format.header", f"{shown(headers[0][0]) if headers else 'nothing'} where {name} is needed")
        identities.append((name, "\n".join(headers.popleft()[1])))
    armor: Optional[List[str]] = None
    if headers and headers[0][0] == fmt.signature_header:
        armor = headers.popleft()[1]
    need(not headers, "format.header", f"a header {shown(headers[0][0]) if headers else ''} more")
    if armor is None:
        raise Refused("format.unsigned", "the commit has no signature header")

    lines = message.split("\n")
    shape = len(lines) == 4 and lines[1] == "" and lines[3] == ""
    need(shape, "format.message", "the message is not a summary, an empty line and one line of payload")
    size = len(lines[2].encode())
    need(size <= MAX_PAYLOAD, "format.size", f"the payload has {size} bytes, at most {MAX_PAYLOAD}")
    payload = read_json(lines[2])
    check_payload(payload)
    need(canonical(payload) == lines[2].encode(), "format.rebuild", "the payload, written again, has other bytes")
    summary = summary_of(payload)
    need(lines[0] == summary, "format.summary", f"the summary is {shown(lines[0])}, needed: {shown(summary)}")
    for name, value in identities:
        identity(value, name, payload)
    need((payload["prev"] is None) == (parent is None), "format.parents", "prev and parent: one is there, the other not")
    signature = signature_of_armor(armor)

    seconds = seconds_of(payload["at"])
    assert seconds is not None
    who = f"{payload['actor']} <> {seconds} +0000"
    top = f"tree {fmt.empty_tree}\n" + (f"parent {parent}\n" if parent else "") + f"author {who}\ncommitter {who}\n"
    block = signature.armor.replace("\n", "\n ")
    end = f"\n{summary}\n\n{canonical(payload).decode()}\n"
    need(whole == f"{top}{fmt.signature_header} {block}\n{end}", "format.rebuild", "the commit, written again, has other bytes")
    action = digest({name: payload[name] for name in ("body", "item", "type")})
    oid = oid_of(commit, fmt.name)
    return Event(payload, summary, sha256(commit), oid, parent, action, seconds, signature, (top + end).encode())


# --- 5.6: quorums --------------------------------------------------------------------------------------------------------

Place = FrozenSet[str]
Ballots = Dict[str, Set[str]]  # roles by principal


def places_of(authority: str) -> List[Place]:
    """The places of an authority in its written form, `2 lead + 1 security|audit`."""
    name = "[a-z0-9][a-z0-9-]{0,38}"
    term = rf"[1-9][0-9]{{0,3}} {name}(?:\|{name})*"
    good = re.fullmatch(rf"{term}(?: \+ {term})*", authority) is not None
    need(good, "charter.meaning", f"the authority is {shown(authority)}")
    places: List[Place] = []
    for part in authority.split(" + "):
        number, _, roles = part.partition(" ")
        need(len(places) + int(number) <= 99, "charter.meaning", "the authority asks for more than 99 signatures")
        places += [frozenset(roles.split("|"))] * int(number)
    return places


def filled(places: List[Place], ballots: Ballots) -> int:
    """The size of a maximum matching of places and ballots."""
    place_of: Dict[str, int] = {}

    def assign(place: int, tried: Set[str]) -> bool:
        for principal, roles in ballots.items():
            if principal not in tried and roles & places[place]:
                tried.add(principal)
                if principal not in place_of or assign(place_of[principal], tried):
                    place_of[principal] = place
                    return True
        return False

    return sum(assign(place, set()) for place in range(len(places)))


# --- 5 and 6: admission and state ----------------------------------------------------------------------------------------

NOTHING, AUTHORITY, RULES = "nothing", "the authority", "rules of the charter"
Votes = List[Map]
# One row of the table in 5.7: the conditions; then it yields what the action needs; then, with the votes, the effect.
Row = Generator[str, Votes, None]

SUBJECTS: Dict[str, Callable[[Any, Map], Tuple[Any, ...]]] = {
    "enrolled": lambda item, body: ("actor", body["actor"]),
    "granted": lambda item, body: ("role", body["actor"], body["role"]),
    "ungranted": lambda item, body: ("role", body["actor"], body["role"]),
    "key-added": lambda item, body: ("key", key_of_text(body["key"]).fingerprint),
    "key-revoked": lambda item, body: ("key", body["key"]),
    "declared": lambda item, body: ("id", item.lower()),
    "amended": lambda item, body: ("seal", item),
    "sealed": lambda item, body: ("seal", item),
    "unsealed": lambda item, body: ("seal", item),
    "blocked": lambda item, body: ("block", item, body["name"]),
    "unblocked": lambda item, body: ("block", item, body["name"]),
    "waived": lambda item, body: ("waiver", item, body["rule"]),
    "unwaived": lambda item, body: ("waiver", item, body["rule"]),
    "retracted": lambda item, body: ("event", body["event"]),
    "confirmed": lambda item, body: ("event", body["event"]),
    "erased": lambda item, body: ("evidence", body["sha256"]),
}


class Migration:
    """How what lives goes over to the charter that the event at `seq` adopts: "Gone over" in 5.7."""

    def __init__(self, migrate: Optional[Map], seq: int) -> None:
        nothing: Map = {"kinds": {}, "states": {}, "roles": {}, "dissolved": [], "claims": {}, "blocks": {}, "seals": []}
        self.names = migrate or nothing
        self.seq = seq

    def name(self, table: str, old: str) -> str:
        return self.names[table].get(old, old)

    def held(self, roles: Iterable[str]) -> List[str]:
        return sorted({self.name("roles", role_) for role_ in roles if role_ not in self.names["dissolved"]})

    def apply(self, state: Map) -> None:
        for person in state["actors"].values():
            person["roles"] = self.held(person["roles"])
        for entry in state["items"].values():
            self.item(entry)
        state["repo"]["claims"] = self.claims(state["repo"]["claims"])
        state["placed"] = {self.placed(about): self.claims(said_) for about, said_ in state["placed"].items()}

    def item(self, entry: Map) -> None:
        if entry["seal"] is not None and entry["kind"] in self.names["seals"]:
            entry["seal"]["charter"] = self.seq
        for block in entry["blocks"]:
            if block["name"] in self.names["blocks"]:
                block["name"] = self.name("blocks", block["name"])
                if block["lifted"] is None:
                    block["charter"] = self.seq
        entry["status"] = self.names["states"].get(entry["kind"], {}).get(entry["status"], entry["status"])
        entry["kind"] = self.name("kinds", entry["kind"])
        entry["claims"] = self.claims(entry["claims"])

    def claims(self, claims: Map) -> Map:
        for by_basis in (one for by_actor in claims.values() for one in by_actor.values()):
            for said_ in by_basis.values():
                if said_["as"] is not None:
                    said_["as"] = self.name("roles", said_["as"])
        return {self.name("claims", claim): by_actor for claim, by_actor in claims.items()}

    def placed(self, about: str) -> str:
        of, name, seq = about.split("/")
        return f"{of}/{self.name('blocks', name)}/{seq}"


class Ledger:
    """The state of chapter 6, in its own shape, and what else replay needs. `admit` is chapter 5 at level 1."""

    def __init__(self, fmt: ObjectFormat) -> None:
        self.format = fmt
        self.state: Map = {}
        self.tip: Optional[Event] = None
        self.ids: Set[str] = set()
        self.owners: Dict[str, str] = {}  # actor by fingerprint, for every key ever
        self.spellings: Set[str] = set()  # declared ids in lower case
        self.paths: Dict[str, Set[str]] = {}  # ids of items by the fold of their path
        self.places: List[Place] = []  # of the authority in force

    def state_digest(self) -> str:
        return digest(self.state)

    def admit(self, event: Event) -> None:
        """Refuses the event, or changes the state by it."""
        if self.tip is None:
            self.found(event)
        else:
            self.check_position(event, self.tip)
            self.check_actor(event)
            if self.state["founding"]:
                good = event.type in ("enrolled", "granted", "key-added")
                need(good, "trust.founding", f"{event.type} while the authority is not complete")
            row = getattr(self, event.type.replace("-", "_"))(event, event.payload["item"], event.payload["body"])
            self.weigh(event, next(row))
            body = event.payload["body"]
            if event.type == "confirmed" or (event.type == "retracted" and body["claim"] is None):
                cited = body["event"]
                need(cited in self.ids, "claim.unknown-statement", f"no event before this one has the id {cited}")
            self.apply(event, row)
        self.tip = event
        self.ids.add(event.id)

    # 5.1
    def check_position(self, event: Event, tip: Event) -> None:
        need(event.id not in self.ids, "format.repeated-id", f"the id {event.id} was used before")
        need(event.seq == tip.seq + 1, "format.seq-gap", f"seq is {event.seq}, needed: {tip.seq + 1}")
        prev = event.payload["prev"]
        need(prev == tip.sha256, "format.prev-mismatch", f"prev is {prev}, needed: {tip.sha256}")
        need(event.parent == tip.oid, "format.parents", f"the parent is {event.parent}, needed: {tip.oid}")
        need(event.seconds >= tip.seconds, "format.time-backwards", f"at is {event.at}, before {tip.at}")
        if "seen" in event.payload:
            self.check_format(event.payload["seen"]["commit"])

    def check_format(self, commit: str) -> None:
        own = commit.startswith(f"{self.format.name}:")
        need(own, "format.object-format", f"the commit {commit} is none of a {self.format.name} repository")

    # 5.2
    def found(self, event: Event) -> None:
        body = event.payload["body"]
        need(event.type == "founded", "format.genesis", f"the first event is of the type {event.type}")
        need(event.seq == 0, "format.seq-gap", f"seq of the first event is {event.seq}")
        need(event.payload["prev"] is None, "format.prev-mismatch", "prev of the first event is not null")
        own = body["object_format"] == self.format.name
        need(own, "format.object-format", f"genesis is for {body['object_format']} repositories, this is {self.format.name}")
        for commit in body["baseline"]:
            self.check_format(commit)
        bare = not {"seen", "judged", "pending"} & set(event.payload)
        need(bare, "format.genesis", "the first event has seen, judged or pending")
        charter, offline = body["charter"], body["recovery"]
        self.places = self.believe(charter)
        self.state = {
            "v": 1,
            "genesis": event.sha256,
            "semantics": charter["semantics"],
            "founding": False,
            "tip": {**event.touch, "sha256": event.sha256},
            "charter": {"id": charter["id"], "seq": 0, "sha256": sha256(charter["text"].encode())},
            "recovery": None,
            "actors": {},
            "items": {},
            "repo": {"claims": {}},
            "placed": {},
            "proposals": {},
            "evidence": {},
            "disputed": [],
            "confirmed": {},
        }
        people = {person["actor"]: person for person in body["actors"]}
        for person in body["actors"]:
            self.check_person(person, people)
            self.enrol(person, 0)
        if offline is not None:
            prints = sorted(key_of_text(written).fingerprint for written in offline["keys"])
            for one in prints:
                need(one not in self.owners, "trust.key-taken", f"the recovery key {one} is {self.owners.get(one)}'s")
            self.state["recovery"] = {"keys": prints, "quorum": offline["quorum"]}
        name, role_ = event.actor, event.role
        need(name in people, "trust.actor-unknown", f"{name} is no founder")
        need(self.owners.get(event.key) == name, "trust.key-unknown", f"{event.key} is no key of {name}")
        good = role_ in people[name]["roles"] and self.takes(role_)
        need(good, "trust.founding", f"{name} acts as {role_}, needed: a role that is held, and of the authority")
        self.state["founding"] = not self.reachable(self.places)

    @staticmethod
    def believe(charter: Map) -> List[Place]:
        number = charter["semantics"]
        need(number == 1, "charter.semantics", f"semantics is {number}, this verifier knows 1; a later one may know it")
        return places_of(charter["authority"])

    # 5.3
    def check_actor(self, event: Event) -> None:
        name, role_ = event.actor, event.role
        if name == "recovery":
            offline = self.state["recovery"]
            need(offline is not None and event.key in offline["keys"], "trust.key-unknown", f"{event.key} is no recovery key")
            may = event.type in ("enrolled", "granted", "key-added", "key-revoked") and role_ is None
            need(may, "authority.role", f"recovery signs {event.type} as {role_}")
            return
        person = self.person(name)
        owner = self.owners.get(event.key)
        need(owner is not None, "trust.key-unknown", f"{event.key} is nobody's key")
        need(owner == name, "trust.key-of-another", f"{event.key} is a key of {owner}, not of {name}")
        revoked = person["keys"][event.key]["revoked"]
        need(revoked is None, "trust.key-revoked", f"{event.key} was revoked at {revoked}")
        need(role_ is None or role_ in person["roles"], "trust.role-not-held", f"{name} does not hold the role {role_}")

    # 5.5 and 5.6
    def takes(self, role_: Optional[str]) -> bool:
        return any(role_ in place for place in self.places)

    def principal(self, name: str) -> str:
        person = self.state["actors"].get(name)
        return person["operator"] or name if person else name

    def reachable(
        self, places: List[Place], without_role: Any = None, without_key: Any = None, over: Optional[Migration] = None
    ) -> bool:
        """Whether live holders fill the places: without one role (actor, role) or one key (fingerprint), or gone over."""
        ballots: Ballots = {}
        for name, person in self.state["actors"].items():
            if any(one["revoked"] is None and used != without_key for used, one in person["keys"].items()):
                roles = {role_ for role_ in person["roles"] if (name, role_) != without_role}
                roles = set(over.held(roles)) if over else roles
                ballots.setdefault(self.principal(name), set()).update(roles)
        return filled(places, ballots) == len(places)

    @staticmethod
    def is_old(proposal: Map, event: Event) -> bool:
        return event.seconds - (seconds_of(proposal["votes"][0]["touch"]["at"]) or 0) >= PROPOSAL_SECONDS

    def weigh(self, event: Event, needs: str) -> None:
        proposal = self.state["proposals"].get(event.action)
        votes: Votes = [] if proposal is None or self.is_old(proposal, event) else proposal["votes"]
        if needs == NOTHING:
            complete = True
        elif needs == AUTHORITY and event.actor == "recovery":
            again = any(vote["key"] == event.key for vote in votes)
            need(not again, "authority.voted-twice", f"{event.key} has signed this proposal already")
            complete = sum(vote["actor"] == "recovery" for vote in votes) + 1 >= self.state["recovery"]["quorum"]
        else:
            good = event.role is not None and (needs == RULES or self.takes(event.role))
            need(good, "authority.role", f"{event.type} as {event.role}, needed: a role of {needs}")
            principal = self.principal(event.actor)
            again = any(self.principal(vote["actor"]) == principal for vote in votes)
            need(not again, "authority.voted-twice", f"{principal} has signed this proposal already")
            if needs == RULES:
                return  # Level 2 judges the rule; level 1 takes pending and judged as told.
            ballots: Ballots = {}
            for vote in votes:
                ballots.setdefault(self.principal(vote["actor"]), set()).update({vote["as"]} - {None})
            now = filled(self.places, {**ballots, principal: {event.role}})
            need(now > filled(self.places, ballots), "authority.does-not-count", f"the places for {event.role} are filled")
            complete = now == len(self.places)
        what = "completes its quorum" if complete else "does not complete its quorum"
        need(("pending" not in event.payload) == complete, "authority.pending-flag", f"the event {what}")
        need("judged" not in event.payload, "gate.judged", "judged is there, and no gate guards this")

    # 5.8 and 5.9
    def apply(self, event: Event, row: Row) -> None:
        state, item, body = self.state, event.payload["item"], event.payload["body"]
        state["tip"] = {**event.touch, "sha256": event.sha256}
        state["proposals"] = {name: one for name, one in state["proposals"].items() if not self.is_old(one, event)}
        vote = {"actor": event.actor, "as": event.role, "key": event.key, "event": event.id, "touch": event.touch}
        if "pending" in event.payload:
            proposal = {"type": event.type, "item": item, "body": body, "votes": []}
            state["proposals"].setdefault(event.action, proposal)["votes"].append(vote)
            return
        votes = state["proposals"].pop(event.action, {"votes": []})["votes"] + [vote]
        try:
            row.send(votes)
        except StopIteration:
            pass
        if item in state["items"]:
            state["items"][item]["touched"] = event.touch
        state["proposals"] = {name: one for name, one in state["proposals"].items() if not self.ends(one, event)}
        if state["founding"]:
            state["founding"] = not self.reachable(self.places)

    def ends(self, proposal: Map, event: Event) -> bool:
        """Whether the effective event ends another proposal."""
        item, body = event.payload["item"], event.payload["body"]
        if event.type == "chartered":
            return True
        own, theirs = SUBJECTS.get(event.type), SUBJECTS.get(proposal["type"])
        if own and theirs and own(item, body) == theirs(proposal["item"], proposal["body"]):
            return True
        about = proposal["item"].split("/")[0] if proposal["item"] is not None else None
        if event.type in ("declared", "amended", "moved") and about == item:
            return True
        if event.type in ("declared", "amended") and about in body["links"].get("supersedes", []):
            return True
        for vote in proposal["votes"]:
            if vote["actor"] != "recovery":
                voter = self.state["actors"][vote["actor"]]
                if vote["as"] not in voter["roles"] or voter["keys"][vote["key"]]["revoked"] is not None:
                    return True
        return False

    @staticmethod
    def signers(votes: Votes) -> List[str]:
        return sorted({vote["actor"] for vote in votes})

    # 5.7, actors and keys
    def person(self, name: str) -> Map:
        need(name in self.state["actors"], "trust.actor-unknown", f"{name} is not enrolled")
        return self.state["actors"][name]

    def check_person(self, person: Map, people: Map) -> None:
        """The name, the type rules but for the roles, and the keys."""
        name, operator = person["actor"], person["operator"]
        need(name not in RESERVED, "trust.actor-reserved", f"the name {name} is reserved")
        need(name not in self.state["actors"], "trust.actor-exists", f"{name} is enrolled already")
        if person["type"] == "human":
            need(operator is None, "trust.actor-type", f"the human {name} has an operator")
        else:
            human = operator in people and people[operator]["type"] == "human"
            need(human, "trust.actor-type", f"the operator of {name} is {shown(operator)}, needed: an enrolled human")
        for written in person["keys"]:
            self.need_free(written)

    def need_free(self, written: str) -> None:
        used, offline = key_of_text(written).fingerprint, self.state["recovery"]
        taken = used in self.owners or (offline is not None and used in offline["keys"])
        need(not taken, "trust.key-taken", f"the key {used} is taken")

    def enrol(self, person: Map, seq: int) -> None:
        entry = {name: person[name] for name in ("type", "operator", "emails")}
        self.state["actors"][person["actor"]] = {**entry, "roles": list(person["roles"]), "keys": {}}
        for written in person["keys"]:
            self.add_key(person["actor"], written, seq)

    def add_key(self, name: str, written: str, seq: int) -> None:
        used = key_of_text(written).fingerprint
        self.owners[used] = name
        entry = {"key": written, "since": seq, "revoked": None, "compromised_since": None}
        self.state["actors"][name]["keys"][used] = entry

    def by_founders(self, event: Event) -> str:
        """F0"""
        if not self.state["founding"] or event.actor == "recovery":
            return AUTHORITY
        need(self.takes(event.role), "trust.founding", f"as is {event.role}, needed: a role of the authority")
        return NOTHING

    def founded(self, event: Event, item: None, body: Map) -> Row:
        raise Refused("format.genesis", "a second founded")

    def chartered(self, event: Event, item: None, body: Map) -> Row:
        name = sha256(body["text"].encode())
        need(name != self.state["charter"]["sha256"], "charter.in-force", "this text is in force already")
        places = self.believe(body)
        over = Migration(body["migrate"], event.seq)
        enough = self.reachable(places, over=over)
        need(enough, "charter.strands", f"nobody can act as the authority {body['authority']}")
        yield AUTHORITY
        over.apply(self.state)
        self.state["charter"] = {"id": body["id"], "seq": event.seq, "sha256": name}
        self.state["semantics"] = body["semantics"]
        self.places = places

    def enrolled(self, event: Event, item: None, body: Map) -> Row:
        self.check_person(body, self.state["actors"])
        yield self.by_founders(event)
        self.enrol(body, event.seq)

    def granted(self, event: Event, item: None, body: Map) -> Row:
        roles = self.person(body["actor"])["roles"]
        need(body["role"] not in roles, "trust.role-held", f"{body['actor']} holds {body['role']} already")
        yield self.by_founders(event)
        insort(roles, body["role"])

    def key_added(self, event: Event, item: None, body: Map) -> Row:
        self.person(body["actor"])
        self.need_free(body["key"])
        yield self.by_founders(event)
        self.add_key(body["actor"], body["key"], event.seq)

    def ungranted(self, event: Event, item: None, body: Map) -> Row:
        name, role_ = body["actor"], body["role"]
        roles = self.person(name)["roles"]
        need(role_ in roles, "trust.role-not-held", f"{name} does not hold {role_}")
        enough = self.reachable(self.places, without_role=(name, role_))
        need(enough, "trust.floor", f"without {role_} of {name} the authority cannot act")
        yield AUTHORITY
        roles.remove(role_)

    def key_revoked(self, event: Event, item: None, body: Map) -> Row:
        name, used, stated = body["actor"], body["key"], body["compromised_since"]
        keys = self.person(name)["keys"]
        need(used in keys, "trust.key-unknown", f"{used} is no key of {name}")
        entry = keys[used]
        known = entry["compromised_since"]
        adds = stated is not None and (known is None or stated < known)
        need(entry["revoked"] is None or adds, "trust.key-revoked", f"{used} was revoked at {entry['revoked']}")
        inside = stated is None or entry["since"] <= stated <= self.state["tip"]["seq"]
        need(inside, "format.number", f"compromised_since is {stated}, outside of the key's life")
        enough = self.reachable(self.places, without_key=used)
        need(enough, "trust.floor", f"without the key {used} the authority cannot act")
        yield NOTHING if event.actor == name and event.role is None else AUTHORITY
        entry["compromised_since"] = stated
        if entry["revoked"] is None:
            entry["revoked"] = event.seq

    # 5.7, items
    def declared_item(self, item: str) -> Map:
        need(item in self.state["items"], "item.unknown", f"{item} is not declared")
        return self.state["items"][item]

    def live_item(self, item: str) -> Map:
        entry = self.declared_item(item)
        need(entry["superseded_by"] is None, "item.superseded", f"{item} is superseded by {entry['superseded_by']}")
        return entry

    def need_sound(self, item: str, body: Map) -> None:
        """What of "STATED is sound" asks no charter: paths that are twins, and the links that are always acyclic."""
        items, links = self.state["items"], body["links"]
        if body["path"] is not None:
            for other in sorted(self.paths.get(fold(body["path"]), ())):
                gone = other in links.get("supersedes", []) or items[other]["superseded_by"] is not None
                need(other == item or gone, "item.path", f"{other} has the path {shown(items[other]['path'])}")
        for link in sorted({"part_of", "supersedes"} & set(links)):
            for target in links[link]:
                if link == "supersedes":
                    by = self.declared_item(target)["superseded_by"]
                    need(by in (None, item), "item.superseded", f"{target} is superseded by {by}")
                need(not self.reaches(target, item, link), "item.link", f"{item} would come after itself over {link}")

    def reaches(self, start: str, end: str, link: str) -> bool:
        todo, seen = [start], {start}
        while todo:
            entry = self.state["items"].get(todo.pop(), {"links": {}})
            more = set(entry["links"].get(link, [])) - seen
            seen |= more
            todo += more
        return end in seen

    def set_stated(self, item: str, body: Map, votes: Votes) -> None:
        """What `declared` and `amended` have in common."""
        entry = self.state["items"][item]
        if entry["path"] is not None:
            self.paths[fold(entry["path"])].discard(item)
        if body["path"] is not None:
            self.paths.setdefault(fold(body["path"]), set()).add(item)
        entry.update({name: body[name] for name in STATED})
        entry["authors"] = sorted({*entry["authors"], *self.signers(votes)})
        for target in body["links"].get("supersedes", []):
            self.state["items"][target]["superseded_by"] = item

    def declared(self, event: Event, item: str, body: Map) -> Row:
        need(item.lower() not in RESERVED, "item.id", f"the id {item} is reserved")
        need(item.lower() not in self.spellings, "item.exists", f"{item} is declared already")
        self.need_sound(item, body)
        votes = yield RULES
        self.spellings.add(item.lower())
        nothing: Map = {"path": None, "seal": None, "baseline": None, "superseded_by": None, "claims": {}}
        lists: Map = {"authors": [], "blocks": [], "waivers": []}
        kind = {"kind": body["kind"], "declared_as": body["kind"], "status": body["status"]}
        self.state["items"][item] = {**kind, "declared": event.seq, "touched": event.touch, **nothing, **lists}
        self.set_stated(item, body, votes)

    def amended(self, event: Event, item: str, body: Map) -> Row:
        entry = self.live_item(item)
        need(entry["seal"] is None, "item.sealed", f"{item} is sealed")
        differs = any(canonical(entry[name]) != canonical(body[name]) for name in STATED)
        need(differs, "item.unchanged", f"{item} is stated so already")
        kept = set(entry["links"].get("supersedes", [])) <= set(body["links"].get("supersedes", []))
        need(kept, "item.link", f"{item} no longer supersedes something that it superseded")
        self.need_sound(item, body)
        votes = yield RULES
        self.set_stated(item, body, votes)

    def moved(self, event: Event, item: str, body: Map) -> Row:
        entry = self.live_item(item)
        need(entry["status"] == body["from"], "item.status", f"{item} is {entry['status']}, not {body['from']}")
        yield RULES
        entry["status"] = body["to"]

    # 5.7, claims
    def need_usable(self, evidence: List[Map]) -> None:
        """E"""
        for piece in evidence:
            name = piece["sha256"]
            known = self.state["evidence"].get(name, {"erased": None, "size": piece["size"]})
            need(known["erased"] is None, "store.evidence-erased", f"the evidence {name} is erased")
            need(known["size"] == piece["size"], "claim.evidence", f"{name} has {known['size']} bytes, not {piece['size']}")

    def cite(self, evidence: List[Map]) -> None:
        for piece in evidence:
            entry = {"erased": None, "size": piece["size"], "type": piece["type"]}
            self.state["evidence"].setdefault(piece["sha256"], entry)

    def claims_of(self, item: Optional[str]) -> Map:
        """What was said of a noun; of one of which nothing was said, an empty map that is no part of the state."""
        if item is None:
            return self.state["repo"]["claims"]
        if "/" in item:
            return self.state["placed"].get(item, {})
        return self.state["items"].get(item, {"claims": {}})["claims"]

    def need_placed(self, item: str) -> None:
        of, name, seq = item.split("/")
        entry = self.state["items"].get(of, {"blocks": [], "waivers": []})
        named = [(one["name"], one["touch"]["seq"]) for one in entry["blocks"]]
        named += [(one["rule"], one["touch"]["seq"]) for one in entry["waivers"]]
        need((name, int(seq)) in named, "block.absent", f"no block or waiver {item}")

    def attested(self, event: Event, item: Optional[str], body: Map) -> Row:
        if item is not None:
            self.need_placed(item) if "/" in item else self.live_item(item)
        need((seconds_of(body["made"]) or 0) <= event.seconds, "format.time", f"made is {body['made']}, after {event.at}")
        self.need_usable(body["evidence"])
        votes = yield RULES
        self.cite(body["evidence"])
        if item is not None and "/" in item:
            self.state["placed"].setdefault(item, {})
        by_actor = self.claims_of(item).setdefault(body["claim"], {})
        basis = body["content"] + (f"/{body['over']}" if body["over"] is not None else "")
        for vote in votes:
            by_actor.setdefault(vote["actor"], {})[basis] = {
                "event": event.id,
                "touch": event.touch,
                "as": vote["as"],
                "key": vote["key"],
                **{name: body[name] for name in ("result", "answers", "values", "made", "evidence")},
                "on": {one["branch"]: one["a"] for one in event.facts if one["q"] == "on"},
                "retracted": False,
            }

    def retracted(self, event: Event, item: Optional[str], body: Map) -> Row:
        cited = body["event"]
        if body["claim"] is None:
            need(cited not in self.state["disputed"], "item.unchanged", f"{cited} is disputed already")
            yield AUTHORITY
            insort(self.state["disputed"], cited)
            return
        words = [
            (name, one)
            for name, by_basis in self.claims_of(item).get(body["claim"], {}).items()
            for one in by_basis.values()
            if one["event"] == cited and not one["retracted"]
        ]
        need(len(words) > 0, "claim.unknown-statement", f"nothing that {cited} said is left to retract")
        own = event.role is not None or any(name == event.actor for name, _ in words)
        need(own, "authority.own-statement", f"{event.actor} said nothing in {cited}")
        yield NOTHING if event.role is None else AUTHORITY
        for _, one in words:
            one["retracted"] = True

    def erased(self, event: Event, item: None, body: Map) -> Row:
        entry = self.state["evidence"].get(body["sha256"])
        if entry is None:
            raise Refused("claim.evidence", f"no event cites {body['sha256']}")
        need(entry["erased"] is None, "store.evidence-erased", f"{body['sha256']} is erased already")
        yield AUTHORITY
        entry["erased"] = event.seq

    def confirmed(self, event: Event, item: None, body: Map) -> Row:
        cited = body["event"]
        need(cited not in self.state["confirmed"], "item.unchanged", f"{cited} is confirmed already")
        yield AUTHORITY
        self.state["confirmed"][cited] = event.id

    # 5.7, seals and blocks
    def sealed(self, event: Event, item: str, body: Map) -> Row:
        entry, evidence, file = self.live_item(item), body["evidence"], None
        need(entry["seal"] is None, "item.sealed", f"{item} is sealed")
        self.need_usable(evidence)
        if entry["path"] is not None:
            file = next((one["a"] for one in event.facts if one["q"] == "path" and one["path"] == entry["path"]), None)
            if file is None:
                raise Refused("item.file", f"seen does not say that a file is at {shown(entry['path'])}")
            kept = any(piece["sha256"] == file["sha256"] and piece["size"] == file["size"] for piece in evidence)
            need(kept, "claim.evidence", f"the bytes of {shown(entry['path'])} are not among the evidence")
        votes = yield RULES
        self.cite(evidence)
        entry["seal"] = {
            "event": event.id,
            "touch": event.touch,
            "by": self.signers(votes),
            "charter": self.state["charter"]["seq"],
            "content": body["content"],
            "sha256": file["sha256"] if file else None,
            "evidence": evidence,
            "judged": event.payload.get("judged"),
        }

    def unsealed(self, event: Event, item: str, body: Map) -> Row:
        entry = self.declared_item(item)
        by = entry["seal"]["event"] if entry["seal"] else None
        need(by == body["seal"], "item.not-sealed", f"{item} is not sealed by {body['seal']}")
        yield RULES
        entry["baseline"] = entry["seal"]["sha256"] or entry["baseline"]
        entry["seal"] = None

    def blocked(self, event: Event, item: str, body: Map) -> Row:
        blocks = self.live_item(item)["blocks"]
        stands = any(block["name"] == body["name"] and block["lifted"] is None for block in blocks)
        need(not stands, "block.stands", f"{body['name']} stands on {item}")
        votes = yield RULES
        stated = {name: body[name] for name in ("name", "reason", "because", "fields")}
        placed = {"event": event.id, "touch": event.touch, "by": votes, "charter": self.state["charter"]["seq"]}
        blocks.append({**stated, **placed, "lifted": None})

    def unblocked(self, event: Event, item: str, body: Map) -> Row:
        name, cited, record_ = body["name"], body["block"], body["record"]
        placed = [one for one in self.declared_item(item)["blocks"] if one["name"] == name and one["event"] == cited]
        need(any(one["lifted"] is None for one in placed), "block.absent", f"no {name} of {cited} stands on {item}")
        need(record_ is None or record_ in self.state["items"], "block.record", f"the record {record_} is not declared")
        votes = yield RULES
        lift = {"event": event.id, "touch": event.touch, "by": self.signers(votes)}
        placed[0]["lifted"] = {**lift, "record": record_, "reason": body["reason"]}

    def waived(self, event: Event, item: Optional[str], body: Map) -> Row:
        if item is None:
            raise Refused("waiver.not-possible", "a waiver is for one item")
        waivers = self.live_item(item)["waivers"]
        votes = yield RULES
        stated = {name: body[name] for name in ("class", "rule", "reason", "controls", "until")}
        granted = {"event": event.id, "touch": event.touch, "by": votes, "charter": self.state["charter"]["seq"]}
        waivers.append({**stated, **granted, "revoked": None})

    def unwaived(self, event: Event, item: Optional[str], body: Map) -> Row:
        rule_, cited = body["rule"], body["waiver"]
        if item is None:
            raise Refused("item.unknown", "a waiver is for one item")
        waivers = self.declared_item(item)["waivers"]
        granted = [one for one in waivers if one["rule"] == rule_ and one["event"] == cited]
        stands = any(one["revoked"] is None for one in granted)
        need(stands, "waiver.unknown", f"no waiver of {rule_} by {cited} stands for {item}")
        votes = yield RULES
        back = {"event": event.id, "touch": event.touch, "by": self.signers(votes)}
        granted[0]["revoked"] = {**back, "reason": body["reason"]}


# --- 9.1: reading a repository -------------------------------------------------------------------------------------------


class Repository:
    """Commits by object id, read by git, hashed here."""

    def __init__(self, directory: str) -> None:
        # What git would take from the environment (another repository, other objects) is left out. Nothing is fetched: a git
        # that does not know the first of these settings finds no way to fetch by.
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.env.update(GIT_NO_REPLACE_OBJECTS="1", GIT_NO_LAZY_FETCH="1", GIT_ALLOW_PROTOCOL="none")
        self.env.update(GIT_TERMINAL_PROMPT="0", LC_ALL="C")
        self.command = ["git", "--no-replace-objects", "-C", directory]
        done = self.git("rev-parse", "--show-object-format")
        name = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode != 0 or name not in FORMATS:
            why = shown(done.stderr.decode("utf-8", "replace").strip())
            raise Trouble(f"{directory} is no git repository that can be read: {why}")
        self.format = FORMATS[name]
        self.batch: Optional["subprocess.Popen[bytes]"] = None

    def git(self, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        try:
            return subprocess.run(self.command + list(arguments), capture_output=True, env=self.env, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise Trouble(f"git cannot be run: {error}") from error

    def tip(self, ref: str) -> str:
        symbolic = self.git("symbolic-ref", "-q", ref).returncode == 0
        need(not symbolic, "trust.history", f"{ref} is a symbolic ref")
        done = self.git("show-ref", "--verify", "--hash", ref)
        need(done.returncode == 0, "trust.ledger-missing", f"the repository has no {ref}")
        return done.stdout.decode("ascii", "replace").strip()

    def ask(self, oids: List[str]) -> None:
        if self.batch is None:
            pipe = subprocess.PIPE
            command = self.command + ["cat-file", "--batch"]
            self.batch = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=self.env)
        assert self.batch.stdin is not None
        try:
            self.batch.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
            self.batch.stdin.flush()
        except OSError as error:
            raise Refused("trust.history", f"git ended before it gave {oids[0]}") from error

    def answer(self, oid: str) -> bytes:
        """The commit that was asked for; of one that is too long only so much that its length shows."""
        assert self.batch is not None and self.batch.stdout is not None
        out = self.batch.stdout
        header = out.readline(1000).decode("utf-8", "replace").split()
        good = len(header) == 3 and header[:2] == [oid, "commit"]
        need(good, "trust.history", f"the commit {oid} cannot be read: {shown(' '.join(header[1:]) or 'git ended')}")
        left = int(header[2])
        hasher = git_hash("commit", left, self.format.name)
        kept = b""
        while left > 0:
            part = out.read(min(left, MAX_COMMIT + 1))
            need(part != b"", "trust.history", f"git ended within {oid}")
            hasher.update(part)
            kept += part[: MAX_COMMIT + 1 - len(kept)]
            left -= len(part)
        out.read(1)
        need(hasher.hexdigest() == oid, "trust.history", f"the bytes of {oid} have another object id")
        return kept

    def chain(self, ref: str) -> List[str]:
        """Object ids from genesis to the tip."""
        oids: List[str] = []
        oid: Optional[str] = self.tip(ref)
        while oid is not None:
            self.ask([oid])
            head = self.answer(oid).partition(b"\n\n")[0]
            oids.append(oid)
            parent = re.search(rb"^parent ([0-9a-f]{%d})$" % self.format.digits, head, re.MULTILINE)
            oid = parent.group(1).decode() if parent else None
        return oids[::-1]

    def commits(self, oids: List[str]) -> Iterator[bytes]:
        for start in range(0, len(oids), 64):
            group = oids[start : start + 64]
            self.ask(group)
            for oid in group:
                yield self.answer(oid)

    def close(self) -> None:
        if self.batch is not None:
            self.batch.kill()
            self.batch.communicate()


# --- verification, and what is said of it --------------------------------------------------------------------------------


@dataclass
class Result:
    events: int = 0
    genesis: Optional[str] = None
    tip: Optional[str] = None
    state: Optional[str] = None
    position: Optional[int] = None
    code: Optional[str] = None
    found: str = ""

    @property
    def valid(self) -> bool:
        return self.state is not None

    def as_json(self) -> str:
        values = {"verdict": "valid" if self.valid else "invalid", **vars(self), "level": LEVEL, "assumes": ASSUMES}
        return json.dumps(values)

    def as_text(self) -> List[str]:
        if self.valid:
            lines = [f"valid: {self.events} events", f"genesis {self.genesis}", f"tip     {self.tip}", f"state   {self.state}"]
        else:
            where = f"event {self.position} is refused" if self.position is not None else "refused"
            lines = [f"invalid: {where}: {self.code or 'unreadable'}: {self.found}", f"{self.events} events before it verified"]
        return lines + [f"level {LEVEL}; assumed: {ASSUMES}"]


class Verifier:
    """Reads events ahead, so that their signatures are verified in parallel, and admits them in order."""

    AHEAD = 512
    AHEAD_BYTES = 16 * 2**20
    KEEP_BYTES = 16 * 2**20

    def __init__(self, signatures: Signatures) -> None:
        self.signatures = signatures
        # What an event reads as depends on its bytes and the object format and on nothing else.
        self.read: Dict[Tuple[str, str], Event] = {}
        self.read_bytes = 0

    def event(self, commit: bytes, fmt: ObjectFormat) -> Event:
        name = (fmt.name, sha256(commit))
        event = self.read.get(name)
        if event is None:
            event = read_event(commit, fmt)
            if self.read_bytes > self.KEEP_BYTES:
                self.read.clear()
                self.read_bytes = 0
            self.read[name] = event
            self.read_bytes += len(commit)
        return event

    def ahead(self, commits: Iterable[bytes], fmt: ObjectFormat) -> Iterator[Event]:
        waiting: Deque[Tuple[Event, Future[None]]] = deque()
        held = 0
        end: Optional[Refused] = None
        source = iter(commits)
        while True:
            while end is None and len(waiting) < self.AHEAD and held < self.AHEAD_BYTES:
                try:
                    event = self.event(next(source), fmt)
                except StopIteration:
                    break
                except Refused as refused:
                    end = refused
                    break
                waiting.append((event, self.signatures.start(event.signature, event.signed)))
                held += len(event.signed)
            if not waiting:
                break
            event, good = waiting.popleft()
            held -= len(event.signed)
            good.result()
            yield event
        if end is not None:
            raise end

    def verify(
        self,
        commits: Iterable[bytes],
        fmt: ObjectFormat,
        genesis: Optional[str] = None,
        each: Callable[[int, Event, Ledger], None] = lambda number, event, ledger: None,
    ) -> Result:
        """`each` is told of every event that verified, with the state after it."""
        result = Result(position=0)
        ledger = Ledger(fmt)
        try:
            for event in self.ahead(commits, fmt):
                if ledger.tip is None and genesis not in (None, event.sha256):
                    result.position = None
                    raise Refused("trust.genesis-mismatch", f"the first event is {event.sha256}, needed: {genesis}")
                ledger.admit(event)
                result.events += 1
                result.position = result.events
                result.genesis = ledger.state["genesis"]
                each(result.events, event, ledger)
            need(ledger.tip is not None, "format.genesis", "there is no event")
        except Refused as refused:
            result.code, result.found = refused.code, refused.found
            return result
        assert ledger.tip is not None
        result.position, result.tip, result.state = None, ledger.tip.sha256, ledger.state_digest()
        return result


def verify_repository(verifier: Verifier, directory: str, ref: str, genesis: Optional[str]) -> Result:
    repository = Repository(directory)
    try:
        oids = repository.chain(ref)
        return verifier.verify(repository.commits(oids), repository.format, genesis, progress(len(oids)))
    except Refused as refused:
        return Result(code=refused.code, found=refused.found)
    finally:
        repository.close()


def progress(total: int) -> Callable[[int, Event, Ledger], None]:
    """A line on stderr, where that is a terminal."""

    def tell(number: int, event: Event, ledger: Ledger) -> None:
        if number % 100 == 0 or number == total:
            sys.stderr.write(f"\r{number} of {total} events" + ("\n" if number == total else ""))
            sys.stderr.flush()

    return tell if sys.stderr.isatty() else lambda number, event, ledger: None


def verify_file(verifier: Verifier, name: str, genesis: Optional[str]) -> Result:
    try:
        data = json.loads(Path(name).read_text("utf-8"))
        fmt, texts = FORMATS[data["object_format"]], data["commits"]
        # Of one that is far too long, the beginning is enough to refuse it.
        commits = [base64.b64decode(one[: (MAX_COMMIT + 3) // 3 * 4], validate=True) for one in texts]
    except OSError as error:
        raise Trouble(f"{name} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Trouble(f"{name} is no file of events: {type(error).__name__} {shown(str(error))}") from error
    return verifier.verify(commits, fmt, genesis)


def verify_files(verifier: Verifier, names: List[str], genesis: Optional[str]) -> Iterator[Result]:
    """The results in order. Several files at a time, because each mostly waits for ssh-keygen."""
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 2)
    try:
        yield from pool.map(lambda name: verify_file(verifier, name, genesis), names)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


# --- vectors -------------------------------------------------------------------------------------------------------------

class Vectors:
    """Compares everything in `vectors/` that level 1 can; what differs is a line each."""

    def __init__(self, verifier: Verifier, directory: str) -> None:
        self.verifier = verifier
        self.directory = Path(directory)
        self.differences: List[str] = []
        self.keys = {one["name"]: one for one in self.load("keys.json")}
        self.ledgers: Dict[str, List[bytes]] = {}

    def load(self, name: str) -> Any:
        return json.loads((self.directory / name).read_text("utf-8"))

    def all(self, directory: str) -> Iterator[Tuple[str, Map]]:
        for file in sorted((self.directory / directory).glob("*.json")):
            yield f"{directory}/{file.name}", json.loads(file.read_text("utf-8"))

    def same(self, where: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.differences.append(f"differs: {where}: {shown(found)}, needed: {shown(wanted)}")

    def code(self, check: Callable[[], Any]) -> Optional[str]:
        try:
            check()
        except Refused as refused:
            return refused.code
        return None

    def event(self, where: str, wanted: Map, commit: bytes, fmt: ObjectFormat) -> None:
        """One event by itself: bytes, signature, digests."""
        try:
            event = self.verifier.event(commit, fmt)
            self.verifier.signatures.start(event.signature, event.signed).result()
        except Refused as refused:
            self.same(where, str(refused), "an event")
            return
        signer = event.signature.key
        found = {
            "sha256": event.sha256,
            "oid": f"{fmt.name}:{event.oid}",
            "parent": event.parent and f"{fmt.name}:{event.parent}",
            "action": event.action,
            "summary": event.summary,
            "type": event.payload["type"],
            "payload": canonical(event.payload).decode(),
            "signed_sha256": sha256(event.signed),
        }
        for name in found.keys() & wanted.keys():
            if name == "payload" and wanted[name] is None:
                continue  # It is as long as the commit, and written there only.
            self.same(f"{where} {name}", found[name], wanted[name])
        known = self.keys[wanted["signer"]]
        self.same(f"{where} signer", [signer.written, signer.fingerprint], [known["public"], known["fingerprint"]])

    def run_events(self) -> str:
        number = 0
        for where, wanted in self.all("events"):
            number += 1
            self.event(where, wanted, commit_of(wanted), FORMATS[wanted["object_format"]])
        return f"events: {number}"

    def run_ledgers(self) -> str:
        number = 0
        for where, wanted in self.all("ledgers"):
            fmt = FORMATS[wanted["object_format"]]
            commits = [commit_of(one) for one in wanted["events"]]
            self.ledgers[wanted["name"]] = commits
            for one, commit in zip(wanted["events"], commits):
                self.event(f"{where} {one['seq']}", one, commit, fmt)
            states: List[str] = []
            last: Map = {}

            def each(count_: int, event: Event, ledger: Ledger) -> None:
                states.append(ledger.state_digest())
                last.update(ledger.state)

            result = self.verifier.verify(commits, fmt, wanted["genesis"], each)
            self.same(f"{where} verdict", result.code, None)
            self.same(f"{where} states", states, [one["state"] for one in wanted["events"]])
            self.same(f"{where} last state", last, wanted["state"])
            number += len(commits)
        return f"ledgers: {len(self.ledgers)}, with {number} events and the digest of the state after each"

    def run_bad(self) -> str:
        refused, left = 0, frozenset(self.load("level-2.json"))
        for where, wanted in self.all("bad"):
            before = [] if wanted["after"] is None else self.ledgers[wanted["ledger"]][: wanted["after"] + 1]
            commits = before + [commit_of(wanted)]
            result = self.verifier.verify(commits, FORMATS[wanted["object_format"]])
            refusal = [None, None] if wanted["name"] in left else [wanted["code"], len(before)]
            refused += wanted["name"] not in left
            self.same(where, [result.code, result.position], refusal)
        return f"bad: {refused} refused with their codes, {len(left)} left to level 2"

    def run_primitives(self) -> str:
        names: Dict[str, Check] = {"actor": actor, "role": role, "word": word, "rule": rule, "rid": rid, "noun": noun}
        names.update({"item-id": item_id, "correlation": correlation, "fingerprint": fingerprint, "tagged-oid": tagged_oid})
        names.update({"sha256": hash256, "email": email, "branch": branch, "media-type": media_type})
        checks: Dict[str, Dict[str, Check]] = {
            "names": names,
            "texts": {"text": text, "charter": charter_text, "said": said},
            "paths": {"path": path_form},
            "times": {"time": moment, "day": lambda value, where: need(is_day(value), "format.time", where)},
            "keys": {"key": key},
        }
        number = 0

        def compare(where: str, found: Any, wanted: Any) -> None:
            nonlocal number
            number += 1
            self.same(f"primitives/{where}", found, wanted)

        for one in self.load("primitives/json.json"):
            compare(f"json {shown(one['input'])}", self.code(lambda: read_json(one["input"])), one["code"])
        for one in self.load("primitives/sets.json"):
            compare(f"sets {shown(one['set'])}", sorted(one["elements"], key=canonical), one["set"])
        for file, rules in checks.items():
            cases = self.load(f"primitives/{file}.json")
            for name, inputs in cases.items() if isinstance(cases, dict) else [("key", cases)]:
                for one in inputs:
                    where = f"{file} {name} {shown(one['input'])}"
                    if name == "fold":
                        compare(where, unicode_tables().fold(one["input"]), one["fold"])
                    elif name == "span":
                        compare(where, span_seconds(one["input"]), one["seconds"])
                    elif name not in rules:
                        compare(where, "a rule that this verifier lacks", name)
                    else:
                        compare(where, self.code(lambda: rules[name](one["input"], "input")), one["code"])
                        if "seconds" in one:
                            compare(where, seconds_of(one["input"]), one["seconds"])
        return f"primitives of chapters 1 and 2: {number}"

    def run(self) -> int:
        for part in (self.run_events, self.run_ledgers, self.run_bad, self.run_primitives):
            print(part())
        for difference in self.differences:
            print(difference)
        print(f"{len(self.differences)} differences")
        return 1 if self.differences else 0


def commit_of(vector: Map) -> bytes:
    """The bytes of a vector's commit; a long one is a list of parts that repeat."""
    parts = vector["commit"]
    if isinstance(parts, str):
        return base64.b64decode(parts)
    return b"".join(base64.b64decode(part["bytes"]) * part["times"] for part in parts)


def span_seconds(value: str) -> Optional[int]:
    match = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", value)
    return int(match.group(1)) * {"h": 3600, "d": 86400, "w": 604800}[match.group(2)] if match else None


# --- the program ---------------------------------------------------------------------------------------------------------

EXAMPLES = """\
examples:
  python3 verify.py .                                    the ledger of this repository
  python3 verify.py . --genesis 64_HEX_DIGITS            and it must be that ledger
  python3 verify.py . --ref refs/ledger/main --format json
  python3 verify.py --events a.json b.json --format json one line for each file
  python3 verify.py --vectors ledger-format/vectors      does this verifier agree with the vectors?

A file of events is {"object_format": "sha1" or "sha256", "commits": [BASE64, ...]}, genesis first.
Exit codes: 0 valid (with --vectors: no difference), 1 the vectors differ, 2 wrong arguments, 3 invalid, 5 something here
does not work (git, ssh-keygen, a file).
"""


def arguments() -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description="Verify a ledger at level 1.", epilog=EXAMPLES, formatter_class=formatter)
    parser.add_argument("repository", nargs="?", metavar="REPOSITORY", help="a git repository that holds a ledger")
    parser.add_argument("--events", nargs="+", metavar="FILE", help="verify files of events instead")
    parser.add_argument("--vectors", metavar="DIR", help="compare with the vectors of the specification instead")
    parser.add_argument("--ref", default="refs/ledger/main", help="the ref of the ledger (default: %(default)s)")
    parser.add_argument("--genesis", metavar="SHA256", help="the SHA-256 that the first event must have")
    parser.add_argument("--format", choices=("human", "json"), default="human", help="how to say it (default: %(default)s)")
    given = parser.parse_args()
    if sum(one is not None for one in (given.repository, given.events, given.vectors)) != 1:
        parser.error("exactly one of REPOSITORY, --events and --vectors is needed")
    if given.genesis is not None and not re.fullmatch("[0-9a-f]{64}", given.genesis):
        parser.error("--genesis is not 64 lower-case hex digits")
    if not given.ref.startswith("refs/"):
        parser.error("--ref does not begin with refs/")
    return given


def run(given: argparse.Namespace) -> int:
    with Signatures() as signatures:
        verifier = Verifier(signatures)
        if given.vectors is not None:
            return Vectors(verifier, given.vectors).run()
        results: Iterator[Result]
        if given.events is not None:
            results = verify_files(verifier, given.events, given.genesis)
        else:
            results = iter([verify_repository(verifier, given.repository, given.ref, given.genesis)])
        all_valid = True
        for name, result in zip(given.events or [given.repository], results):
            all_valid = all_valid and result.valid
            if given.format == "human" and given.events is not None:
                print(f"{name}:")
            print(result.as_json() if given.format == "json" else "\n".join(result.as_text()), flush=True)
        return 0 if all_valid else 3


def main() -> int:
    given = arguments()
    try:
        return run(given)
    except Trouble as trouble:
        print(f"verify.py: {trouble}", file=sys.stderr)
    except (OSError, ValueError, KeyError, MemoryError, RecursionError) as error:
        print(f"verify.py: {type(error).__name__}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("verify.py: interrupted", file=sys.stderr)
    return 5


if __name__ == "__main__":
    sys.exit(main())
