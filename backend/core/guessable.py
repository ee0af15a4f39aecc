"""Tells secrets that somebody could guess from random ones."""

import re
from itertools import pairwise

# A client secret of a vendor is longer; HubSpot's has 36 characters.
MIN_CLIENT_SECRET = 16
# Hexadecimal text has 16 different characters; of 32 random ones fewer than 8 are different once in a million.
MIN_DISTINCT = 8
# What people write where a secret belongs. Separators and case are left out before comparing.
PLACEHOLDER = re.compile(
    r"change(me|it|this)|password|passwort|placeholder|replace(me|this)|insert(your|here)|your(own)?(client|secret|key)|"
    r"example|sample|dummy|default|trying|clientsecret|sharedsecret|letmein|qwerty|12345678|abcdefgh|demo(client|secret)"
)
# The same beside these, which vendors put in front of their random text.
WORDS = re.compile(r"secret|token|signing|production|integration")
# Random text does not repeat this many characters.
REPEATED = 8
HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
# English text joins letters in few ways; about half of its pairs are among these. Of random pairs, one in twelve.
COMMON_PAIRS = frozenset(
    pair
    for line in (
        "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le",
        "ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur",
    )
    for pair in line.split()
)
# With fewer pairs of letters nothing can be said.
MIN_PAIRS = 14
ENGLISH_SHARE = 0.35


def is_guessable_key(key: bytes) -> bool:
    """A sample, a repeated byte, a row or a sentence. 32 random bytes look like that once in 10^13 keys."""
    return len(set(key)) < 16 or _count_steps(key) < 8 or all(32 <= byte < 127 for byte in key)


def is_guessable_secret(text: str) -> bool:
    """A placeholder, a repetition, a row or words. Random text looks like that once in 10^4."""
    return is_placeholder(text) or WORDS.search(text.lower()) is not None or _is_english(text)


def is_placeholder(text: str) -> bool:
    """What stands in examples, and what is too short, a row or a repetition."""
    if len(text) < MIN_CLIENT_SECRET or len(set(text)) < MIN_DISTINCT or _count_steps(text.encode()) < MIN_DISTINCT:
        return True
    parts = [text[start : start + REPEATED] for start in range(len(text) - REPEATED + 1)]
    return len(set(parts)) < len(parts) or PLACEHOLDER.search(re.sub(r"[\W_]", "", text).lower()) is not None


def _count_steps(text: bytes) -> int:
    """How many different distances there are from one byte to the next: a row has one."""
    return len({(after - before) % 256 for before, after in pairwise(text)})


def _is_english(text: str) -> bool:
    if HEXADECIMAL.fullmatch(text):
        return False
    pairs = [pair for word in re.findall(r"[a-z]+", text.lower()) for pair in map("".join, pairwise(word))]
    return len(pairs) >= MIN_PAIRS and sum(pair in COMMON_PAIRS for pair in pairs) >= ENGLISH_SHARE * len(pairs)
