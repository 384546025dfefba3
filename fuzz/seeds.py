#!/usr/bin/env python3
"""Writes what fuzzing begins with, from the vectors of the format and the examples: one file an input, in fuzz/seeds/TARGET."""

import base64
import hashlib
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "ledger-format" / "vectors"
LONGEST = 20_000


def put(target, data):
    if isinstance(data, str):
        data = data.encode()
    if len(data) <= LONGEST:
        directory = HERE / "seeds" / target
        directory.mkdir(parents=True, exist_ok=True)
        (directory / hashlib.sha1(data).hexdigest()).write_bytes(data)


def read(path):
    return json.loads(path.read_text())


def joined(commit):
    if isinstance(commit, str):
        return base64.b64decode(commit)
    if sum(len(part["bytes"]) * part["times"] for part in commit) > 2 * LONGEST:
        return b""
    return b"".join(base64.b64decode(part["bytes"]) * part["times"] for part in commit)


def commits():
    for path in sorted(VECTORS.glob("events/*.json")) + sorted(VECTORS.glob("bad/*.json")):
        yield joined(read(path)["commit"])
    for path in sorted(VECTORS.glob("ledgers/*.json")):
        for event in read(path)["events"]:
            yield joined(event["commit"])


def event_bytes():
    for commit in commits():
        put("commit", commit)
        headers, _, message = commit.partition(b"\n\n")
        put("payload", message.partition(b"\n\n")[2].removesuffix(b"\n"))
        armor = re.search(rb"-----BEGIN.*?-----END SSH SIGNATURE-----", headers, re.S)
        if armor:
            text = armor.group().replace(b"\n ", b"\n")
            put("armor", text)
            try:
                put("armor", base64.b64decode(b"".join(text.split(b"\n")[1:-1])))
            except ValueError:
                pass
    for case in read(VECTORS / "primitives" / "json.json"):
        if isinstance(case.get("input"), str):
            put("payload", case["input"])


def charters():
    texts = [read(path)["text"] for path in sorted(VECTORS.glob("bad-charters/*.json"))]
    for path in sorted(VECTORS.glob("charters/*.toml")) + sorted((HERE.parent / "examples").glob("**/*.toml")):
        texts.append(path.read_text())
    for text in texts:
        if not isinstance(text, str):
            continue
        put("charter", text)
        for line in re.findall(r'"([^"\n]*)"|\'([^\'\n]*)\'', text):
            line = line[0] or line[1]
            if "->" in line:
                put("sentence", ("m" if " by " in line else "l") + line)
                put("sentence", "g" + line)
            elif ".." in line:
                put("sentence", "i" + line)
            else:
                for place in "xwo":
                    put("sentence", place + line)


def sentences():
    for line in [
        "every document has at least 2 reviewed = approve with sound = yes by agent",
        "at most 3 documents that are draft and that has cites is final|gone",
        "every document, if any, has effort >= 10 and has owner and has level = low|high",
        "no document that has needed is not sealed if some record is open",
        "self has reviewed = approve within 30d on main by every agent and passes done",
        "D-1..D-3, D-5 except D-2 is final and is not blocked",
        "every cites of self is open and is idle 5d",
        "repo has scanned with count <= 3",
        "some document of few is present",
    ]:
        for place in "xo":
            put("sentence", place + line)
    for line in ["2 lead + 1 agent, not author", "lead|agent, not author, not reviewed if self is present", "lead if done"]:
        put("sentence", "w" + line)
    for line in ["D-*", "D-1, D-3..D-9 except D-5, D-7", "D-1..D-20 except D-1*"]:
        put("sentence", "i" + line)
    for line in ["any -> record, unique, min 2", "document -> record, inverse quoted, stated"]:
        put("sentence", "l" + line)
    for line in ["draft|final -> gone by 2 lead, not author because late|lost", "final -> draft by lead if no record is open"]:
        put("sentence", "g" + line)


def names():
    cases = read(VECTORS / "primitives" / "globs.json")
    globs = [case["glob"] for case in cases["globs"]]
    paths = [case["input"] for case in read(VECTORS / "primitives" / "paths.json")["path"]]
    paths = [path for path in paths if isinstance(path, str)] + cases["paths"]
    for path in paths:
        put("paths", path + "\n" + "\n".join(globs[:6]))
    for at, glob in enumerate(globs):
        for path in cases["paths"]:
            put("paths", f"{path}\n{glob}\n!{globs[at - 1]}")
    for message in [
        "subject\n\nCo-authored-by: A <a@x>\n",
        "Co-authored-by: A <a@x>\n\nsubject\n  CO-AUTHORED-BY:B <B@x>\r\nco-authored-by\nnot co-authored-by: c <c@x>",
        "co-authored-by: no brackets\nCo-Authored-By: <>\nCo-authored-by: <a <b>> \xff",
        "co-authored-by:\tR\u00e4j <R\u00c4J@\u0130x>\n" + "Co-authored-by: x <" + "y" * 400 + ">\n",
    ]:
        put("trailer", message)
        put("trailer", message.replace("\n", "\r\n"))
        put("trailer", message.split("\n")[0])
        put("trailer", message.encode("latin-1", "replace"))
    tip = "Ledger-Tip: 12 " + "ab" * 32
    for message in ["Do it\n\n" + tip, "Do it\r\n\r\nledger-tip : 012 x\r\n" + tip, tip + "\n\nNo trailer.\n"]:
        put("trailer", message)


def tables():
    documents = read(VECTORS / "primitives" / "documents.json")
    for case in documents:
        if isinstance(case["document"], str):
            put("table", case["document"])
            put("table", case["document"].replace("Title", "a"))
    for path in sorted((HERE.parent / "examples").glob("**/*.md")) + sorted((HERE.parent / "docs").glob("*.md")):
        put("table", path.read_text())
    put("table", "# a #\n\n| a | b |\n|:-:|---|\n| `x` | [y](z) |\n| \\| |\nID | c\n-|-\n1 | 2 | 3\n\n<!-- x\n| a |\n-->\n~~~\n## ID\n~~~\n")
    put("packet", "# WP-1: a\n- **What**: x\n- **IN_SCOPE_PATHS**:\n  * `a`\n\n## Risk map\n- b -> c\n- **A**:\n  ```\n  # d\n  e\n  ```\nWHAT: none\n")


for write in [event_bytes, charters, sentences, names, tables]:
    write()
