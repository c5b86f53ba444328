"""The report itself: the probes of `text`, `source` and `language`."""

from __future__ import annotations

from alerts.matching.probe import NOT_KNOWN, Probe
from alerts.matching.truth import Subject, Truth, truth_of
from alerts.ruleset.conditions import LanguageIs, SourceIs, TextHas
from alerts.ruleset.patterns import compile_pattern
from alerts.ruleset.words import fold, has_phrase


def text_probe(condition: TextHas) -> Probe:
    """Ask for phrases and patterns."""
    patterns = [compile_pattern(text) for text in condition.patterns]

    def test(subject: Subject) -> Truth:
        text = subject.text.folded
        if condition.any_of and not any(has_phrase(text, phrase) for phrase in condition.any_of):
            return Truth.NO
        if not all(has_phrase(text, phrase) for phrase in condition.all_of):
            return Truth.NO
        if any(has_phrase(text, phrase) for phrase in condition.none_of):
            return Truth.NO
        return truth_of(not patterns or any(pattern.found_in(subject.text.raw) for pattern in patterns))

    def show(subject: Subject) -> str:
        asked = (*condition.any_of, *condition.all_of, *condition.none_of)
        found = [f'"{phrase}"' for phrase in asked if has_phrase(subject.text.folded, phrase)]
        found += [pattern.text for pattern in patterns if pattern.found_in(subject.text.raw)]
        return ", ".join(found[:8]) or "none of it"

    return Probe(test, show)


def source_probe(condition: SourceIs) -> Probe:
    """Ask for one field of the source."""
    name = condition.field.value

    def test(subject: Subject) -> Truth:
        value = getattr(subject.report.source, name)
        return Truth.UNKNOWN if value is None else truth_of(fold(value) in condition.values)

    return Probe(test, lambda s: getattr(s.report.source, name) or NOT_KNOWN)


def language_probe(condition: LanguageIs) -> Probe:
    """Ask for the report's language, else its source's; `en-GB` is `en`."""

    def language(subject: Subject) -> str | None:
        return subject.report.language or subject.report.source.language

    def test(subject: Subject) -> Truth:
        found = language(subject)
        return Truth.UNKNOWN if not found else truth_of(fold(found).split("-")[0] in condition.languages)

    return Probe(test, lambda s: language(s) or NOT_KNOWN)
