"""Detect secrets that can be guessed."""

import re
from itertools import pairwise

# A client secret of a vendor is longer; HubSpot's has 36 characters.
MIN_CLIENT_SECRET = 16
# Hexadecimal text has 16 different characters; of 32 random ones fewer than 8 are different once in a million.
MIN_DISTINCT = 8
# Common placeholders for a secret, compared without separators and case.
PLACEHOLDER = re.compile(
    r"change(me|it|this)|password|passwort|placeholder|replace(me|this)|insert(your|here)|your(own)?(client|secret|key)|"
    r"example|sample|dummy|default|trying|clientsecret|sharedsecret|letmein|qwerty|12345678|abcdefgh|demo(client|secret)"
)
# The same after these prefixes, which vendors put before their random text.
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
# Fewer pairs of letters are not enough to decide.
MIN_PAIRS = 14
ENGLISH_SHARE = 0.35


def is_guessable_key(key: bytes) -> bool:
    """Whether the key is a sample, a repetition, a sequence or a sentence; true for one random key in 10^13."""
    return len(set(key)) < 16 or _count_steps(key) < 8 or all(32 <= byte < 127 for byte in key)


def is_guessable_secret(text: str) -> bool:
    """Whether it is a placeholder, a repetition, a sequence or words; true for one random text in 10^4."""
    return is_placeholder(text) or WORDS.search(text.lower()) is not None or _is_english(text)


def is_placeholder(text: str) -> bool:
    """Whether it is a value from examples, too short, a sequence or a repetition."""
    if len(text) < MIN_CLIENT_SECRET or len(set(text)) < MIN_DISTINCT or _count_steps(text.encode()) < MIN_DISTINCT:
        return True
    parts = [text[start : start + REPEATED] for start in range(len(text) - REPEATED + 1)]
    return len(set(parts)) < len(parts) or PLACEHOLDER.search(re.sub(r"[\W_]", "", text).lower()) is not None


def _count_steps(text: bytes) -> int:
    """The number of different distances between neighboring bytes: a sequence has one."""
    return len({(after - before) % 256 for before, after in pairwise(text)})


def _is_english(text: str) -> bool:
    if HEXADECIMAL.fullmatch(text):
        return False
    pairs = [pair for word in re.findall(r"[a-z]+", text.lower()) for pair in map("".join, pairwise(word))]
    return len(pairs) >= MIN_PAIRS and sum(pair in COMMON_PAIRS for pair in pairs) >= ENGLISH_SHARE * len(pairs)
