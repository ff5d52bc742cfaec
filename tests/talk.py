#!/usr/bin/env python3
"""The sealing of talks a second time, of the standard library alone, made from
the description in tui/receiver/talk.h, not from talk.c.

  talk.py check FILE   opens and seals each line of FILE, and compares
  talk.py make N       writes N talks of its own, for talk.c to open

A file has, in hex but for numbers and digits, "-" for nothing:

  talk SECRET SECRET LOG ROOT KEY KEY DIGITS x 5
  line WHO KIND FLAGS ID ROLE SALT CLEAR SEALED      WHO: whose secret, 1 or 2
"""
import hashlib
import hmac
import secrets
import struct
import sys

P = 2 ** 255 - 19
MASK = 0xffffffff


def x25519(secret, public):
    """RFC 7748, section 5."""
    k = int.from_bytes(secret, "little")
    k = (k & ~7 & (2 ** 255 - 1)) | 2 ** 254
    u = int.from_bytes(public, "little") & (2 ** 255 - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def rounds(state):
    """RFC 8439, section 2.3: twenty rounds, without the addition."""
    s = list(state)

    def quarter(a, b, c, d):
        for up, mix, by, n in ((a, d, b, 16), (c, b, d, 12),
                               (a, d, b, 8), (c, b, d, 7)):
            s[up] = s[up] + s[by] & MASK
            v = s[mix] ^ s[up]
            s[mix] = (v << n | v >> 32 - n) & MASK

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return s


def start(key, last):
    return struct.unpack("<16I", b"expand 32-byte k" + key + last)


def hchacha20(key, nonce):
    """draft-irtf-cfrg-xchacha, section 2.2."""
    s = rounds(start(key, nonce))
    return struct.pack("<8I", *(s[:4] + s[12:]))


def chacha20(key, counter, nonce, data):
    out = bytearray()
    for at in range(0, len(data), 64):
        first = start(key, struct.pack("<I", counter + at // 64) + nonce)
        pad = struct.pack("<16I", *(x + y & MASK for x, y
                                    in zip(first, rounds(first))))
        out += bytes(x ^ y for x, y in zip(data[at:at + 64], pad))
    return bytes(out)


def poly1305(key, data):
    """RFC 8439, section 2.5."""
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for at in range(0, len(data), 16):
        block = int.from_bytes(data[at:at + 16] + b"\1", "little")
        total = (total + block) * r % (2 ** 130 - 5)
    total += int.from_bytes(key[16:], "little")
    return (total & 2 ** 128 - 1).to_bytes(16, "little")


def tag_of(key, nonce, ad, sealed):
    def whole(data):
        return data + bytes(-len(data) % 16)

    once = chacha20(key, 0, nonce, bytes(32))
    return poly1305(once, whole(ad) + whole(sealed) +
                    struct.pack("<QQ", len(ad), len(sealed)))


def xchacha_seal(key, nonce, ad, clear):
    """draft-irtf-cfrg-xchacha, section 2.3."""
    key, nonce = hchacha20(key, nonce[:16]), bytes(4) + nonce[16:]
    sealed = chacha20(key, 1, nonce, clear)
    return sealed + tag_of(key, nonce, ad, sealed)


def xchacha_open(key, nonce, ad, sealed):
    key, nonce = hchacha20(key, nonce[:16]), bytes(4) + nonce[16:]
    sealed, tag = sealed[:-16], sealed[-16:]
    if not hmac.compare_digest(tag, tag_of(key, nonce, ad, sealed)):
        return None
    return chacha20(key, 1, nonce, sealed)


def blake2b(data, key=b""):
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])


class Talk:
    def __init__(self, secret, public, other, log):
        dh = x25519(secret, other)
        if dh == bytes(32):
            raise ValueError("a key of small order")
        pair = b"".join(sorted((public, other)))
        self.root = blake2b(b"chat talk 1" + pair + log, dh)
        self.mine = blake2b(public, self.root)
        self.theirs = blake2b(other, self.root)


def head_of(kind, flags, number):
    return bytes([kind]) + varint(flags & 0xff00) + varint(number)


def seal(key, kind, flags, number, role, salt, clear):
    nonce = struct.pack(">Q", number) + salt + bytes(8)
    return salt + xchacha_seal(key, nonce, head_of(kind, flags, number),
                               bytes([role]) + clear)


def unseal(key, kind, flags, number, text):
    """The role and the clear text, or None."""
    nonce = struct.pack(">Q", number) + text[:8] + bytes(8)
    clear = xchacha_open(key, nonce, head_of(kind, flags, number), text[8:])
    return clear and (clear[0], clear[1:])


def digits(one, other):
    whole = blake2b(b"chat compare 1" + b"".join(sorted((one, other))))
    return ["%05d" % (int.from_bytes(whole[at:at + 5], "big") % 100000)
            for at in range(0, 25, 5)]


def public_of(secret):
    return x25519(secret, bytes([9]) + bytes(31))


def prove_itself():
    """The primitives, by the vectors of those who described them."""
    unhex = bytes.fromhex
    assert x25519(
        unhex("a546e36bf0527c9d3b16154b82465edd"
              "62144c0ac1fc5a18506a2244ba449ac4"),
        unhex("e6db6867583030db3594c1a424b15f7c"
              "726624ec26b3353b10a903a6d0ab1c4c")
    ).hex() == ("c3da55379de9c6908e94ea4df28d084f"
                "32eccf03491c71f754b4075577a28552")
    assert xchacha_seal(
        bytes(range(0x80, 0xa0)), bytes(range(0x40, 0x58)),
        unhex("50515253c0c1c2c3c4c5c6c7"),
        b"Ladies and Gentlemen of the class of '99: If I could offer you "
        b"only one tip for the future, sunscreen would be it."
    )[-16:].hex() == "c0875924c1c7987947deafd8780acf49"


def take(word):
    return b"" if word == "-" else bytes.fromhex(word)


def give(data):
    return data.hex() or "-"


def same(what, is_so, should):
    if is_so != should:
        raise ValueError("%s: %r, not %r" % (what, is_so, should))


def check_talk(words):
    """Both sides of a talk."""
    first, second, log = (take(word) for word in words[:3])
    keys = public_of(first), public_of(second)
    sides = (Talk(first, keys[0], keys[1], log),
             Talk(second, keys[1], keys[0], log))
    same("root", give(sides[0].root), words[3])
    same("root of the other", give(sides[1].root), words[3])
    for side, here, there in ((sides[0], 4, 5), (sides[1], 5, 4)):
        same("key", give(side.mine), words[here])
        same("key of the other", give(side.theirs), words[there])
    same("digits", digits(*keys), words[6:])
    return sides


def check_line(sides, words):
    who, kind, flags, number, role = (int(word) for word in words[:5])
    salt, clear, sealed = (take(word) for word in words[5:])
    speaker, hearer = sides[who - 1], sides[2 - who]
    same("sealed", give(seal(speaker.mine, kind, flags, number, role, salt,
                             clear)), give(sealed))
    same("opened", unseal(hearer.theirs, kind, flags, number, sealed),
         (role, clear))
    same("opened by who said it", unseal(speaker.mine, kind, flags, number,
                                         sealed), (role, clear))
    if speaker.mine != speaker.theirs:
        same("handed back", unseal(speaker.theirs, kind, flags, number,
                                   sealed), None)


def check(path):
    sides, lines = None, 0
    with open(path, encoding="ascii") as file:
        for number, text in enumerate(file, 1):
            words = text.split()
            if not words or words[0].startswith("#"):
                continue
            try:
                if words[0] == "talk":
                    sides = check_talk(words[1:])
                else:
                    check_line(sides, words[1:])
                    lines += 1
            except ValueError as why:
                sys.exit("%s:%d: %s" % (path, number, why))
    if lines == 0:
        sys.exit("%s: nothing is said there" % path)
    print("%d lines" % lines)


def make(talks):
    for number in range(talks):
        first, second = secrets.token_bytes(32), secrets.token_bytes(32)
        if number == 0:
            second = first      # with oneself
        log = secrets.token_bytes(16)
        keys = public_of(first), public_of(second)
        sides = (Talk(first, keys[0], keys[1], log),
                 Talk(second, keys[1], keys[0], log))
        print("talk", give(first), give(second), give(log),
              give(sides[0].root), give(sides[0].mine),
              give(sides[1].mine), *digits(*keys))
        for who, length in ((1, 1), (2, 39), (1, 40), (2, 999)):
            said = "".join(secrets.choice("abcdefgh ") for _ in
                           range(length - 1)).encode() + b"."
            number, role = secrets.randbits(64), secrets.randbelow(7)
            flags = secrets.randbelow(256) << 8
            salt = secrets.token_bytes(8)
            print("line", who, 1, flags, number, role, give(salt), give(said),
                  give(seal(sides[who - 1].mine, 1, flags, number, role, salt,
                            said)))


def main(words):
    prove_itself()
    if len(words) == 2 and words[0] == "check":
        check(words[1])
    elif len(words) == 2 and words[0] == "make":
        make(int(words[1]))
    else:
        sys.exit("usage: talk.py check FILE | make N")


main(sys.argv[1:])
