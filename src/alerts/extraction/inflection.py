"""Inflected forms of English words, so that a trigger is found by a look-up of the word as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_VOWELS = frozenset("aeiou")
_SIBILANT = ("s", "x", "z", "ch", "sh")


def forms(lemma: str, irregular: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the forms that a lemma takes as a verb or a noun, itself among them.

    A form that English lacks does no harm (nobody writes it); one that is missing is a trigger missed. Where a final
    consonant may double ("stopped", "visited"), both spellings are given.

    Args:
        lemma: Lower-case; a hyphen or apostrophe inside is kept.
        irregular: Further forms by lemma ("fall": fell, fallen).
    """
    found = {lemma, *irregular.get(lemma, ())}
    if not lemma.isalpha() and "-" not in lemma:
        return frozenset(found)
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        stem = lemma[:-1]
        return frozenset(found | {stem + "ies", stem + "ied", lemma + "ing"})
    plural = lemma + ("es" if lemma.endswith(_SIBILANT) else "s")
    if lemma.endswith("e"):
        ing = lemma[:-1] + "ing" if not lemma.endswith(("ee", "oe", "ye")) else lemma + "ing"
        return frozenset(found | {plural, lemma + "d", ing})
    return frozenset(found | {plural, lemma + "ed", lemma + "ing"} | _doubled(lemma))


def _doubled(lemma: str) -> set[str]:
    ends_cvc = len(lemma) >= 3 and lemma[-1] not in _VOWELS | set("wxy") and lemma[-2] in _VOWELS
    return {lemma + lemma[-1] + "ed", lemma + lemma[-1] + "ing"} if ends_cvc and lemma[-3] not in _VOWELS else set()


def form_table(lemmas: Iterable[str], irregular: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return, for each form, the lemmas that it may be a form of, in alphabetical order."""
    table: dict[str, set[str]] = {}
    for lemma in lemmas:
        for form in forms(lemma, irregular):
            table.setdefault(form, set()).add(lemma)
    return {form: tuple(sorted(found)) for form, found in table.items()}
