"""What a pipeline's last components say of a token (its lemma and word class), remembered by word.

spaCy's attribute ruler and its lemmatizer by rules look at the word, its tag and its label, and cost a third of the
parse when they are asked token by token. They are asked once a word here. Rules over two words ("gonna", "let's") are
the one thing lost: of those only the lemma of a contraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, NORM, ORTH, TAG
from spacy.language import Language
from spacy.tokens import Doc

COLUMNS = (ORTH, NORM, TAG, DEP)
"""What a token is known by."""

Known: TypeAlias = tuple[str, str, str, str]
"""Lemma, tag, word class, label."""

_WORDS_MAX = 100_000


def by_word(nlp: Language) -> tuple[str, ...]:
    """Return the names of the last components of a pipeline that look at a token alone."""
    names: list[str] = []
    for name in reversed(nlp.pipe_names):
        component: Any = nlp.get_pipe(name)
        factory = nlp.get_pipe_meta(name).factory
        if factory != "attribute_ruler" and not (factory == "lemmatizer" and component.mode in ("rule", "lookup")):
            break
        names.append(name)
    return tuple(reversed(names))


class KnownWords:
    """Answers for the last components of a pipeline.

    Args:
        nlp: The pipeline, for its vocabulary.
        components: Those that answer for a word that is new.
    """

    def __init__(self, nlp: Language, components: Iterable[str]) -> None:
        self._vocab = nlp.vocab
        self._components: list[Any] = [nlp.get_pipe(name) for name in components]
        self._known: dict[tuple[int, ...], Known] = {}

    def of(self, tokens: NDArray[Any]) -> Sequence[Known]:
        """Return what is known of tokens, given by the columns `COLUMNS`."""
        keys = [tuple(key) for key in tokens.tolist()]
        if len(self._known) > _WORDS_MAX:
            self._known.clear()
        known = self._known
        for key in keys:
            if key not in known:
                known[key] = self._asked(key)
        return [known[key] for key in keys]

    def _asked(self, key: tuple[int, ...]) -> Known:
        form, *rest = key
        doc = Doc(self._vocab, words=[self._vocab.strings[form]])
        row: Any = np.array([rest], dtype=np.uint64)
        doc.from_array([NORM, TAG, DEP], row)
        for component in self._components:
            doc = component(doc)
        token = doc[0]
        return token.lemma_, token.tag_, token.pos_, token.dep_
