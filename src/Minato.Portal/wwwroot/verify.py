#!/usr/bin/env python3
"""Checks Minato's ledger from outside, with nothing but Python's standard library.

  python3 verify.py event SITE INDEX            an event is in the signed tree
  python3 verify.py growth SITE CHECKPOINT      the tree of a checkpoint that you kept is the beginning of the present one

SITE is the address of the harbour, such as https://minato.example/. Where the package 'cryptography' is installed and --key KEY is given (the text of
SITE/tlog/key, which you should have from elsewhere too), the signatures are checked as well. Hashing is that of RFC 9162, section 2.1.
"""
import base64, hashlib, json, sys, urllib.request


def get(site, path):
    with urllib.request.urlopen(site.rstrip("/") + path, timeout=30) as answer:
        return answer.read().decode("utf-8")


def parent(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree(note):
    lines = note.split("\n")
    return lines[0], int(lines[1]), base64.b64decode(lines[2])


def signed(note, key):
    """Whether the note has a good Ed25519 signature of the key; None where that cannot be checked here."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    name, identity, public = key.strip().rsplit("+", 2)
    text, signatures = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :]
    for line in signatures.splitlines():
        _, signer, value = line.split(" ")
        raw = base64.b64decode(value)
        if signer == name and raw[:4].hex() == identity:
            try:
                Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:]).verify(raw[4:], text.encode("utf-8"))
                return True
            except InvalidSignature:
                return False
    return False


def root_of_inclusion(index, size, leaf, path):
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = parent(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = parent(r, p)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def roots_of_growth(old, new, old_root, path):
    """The old and the new root that a consistency proof leads to."""
    if old == new or old == 0:
        return old_root, old_root if old == new else None
    hashes = ([old_root] if old & (old - 1) == 0 else []) + path
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for c in hashes[1:]:
        if sn == 0:
            return None, None
        if fn & 1 or fn == sn:
            fr, sr = parent(c, fr), parent(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = parent(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return (fr, sr) if sn == 0 else (None, None)


def say(good, what):
    print(("good: " if good else "BAD: ") + what)
    return good


def main(args):
    key = args[args.index("--key") + 1] if "--key" in args else None
    if len(args) < 3 or args[0] not in ("event", "growth"):
        print(__doc__)
        return 2
    site, good = args[1], True
    if args[0] == "event":
        proof = json.loads(get(site, "/api/v1/ledger/proof/" + str(int(args[2]))))
        note = proof["checkpoint"]
        _, size, root = tree(note)
        found = root_of_inclusion(proof["index"], size, bytes.fromhex(proof["leafHash"]), [bytes.fromhex(h) for h in proof["path"]])
        good = say(found == root and proof["size"] == size, "event %d is in the tree of %d events" % (proof["index"], size))
    else:
        with open(args[2], encoding="utf-8", newline="") as kept:
            earlier = kept.read()
        note = get(site, "/tlog/checkpoint")
        (name, old, old_root), (name_now, new, new_root) = tree(earlier), tree(note)
        good = say(name == name_now and old <= new, "the checkpoint that you kept is of the same log and not longer")
        if good:
            path = [bytes.fromhex(h) for h in json.loads(get(site, "/api/v1/ledger/consistency?from=%d&to=%d" % (old, new)))["path"]]
            was, now = roots_of_growth(old, new, old_root, path)
            good = say((was == old_root or old == 0) and (now == new_root or old == 0), "the tree of %d events is the beginning of the tree of %d" % (old, new))
        if key:
            checked = signed(earlier, key)
            good = say(checked, "signature of the checkpoint that you kept") and good if checked is not None else good
    if key:
        checked = signed(note, key)
        if checked is None:
            print("not checked: the signature (pip install cryptography)")
        else:
            good = say(checked, "signature of the present checkpoint") and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
