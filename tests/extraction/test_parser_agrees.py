"""The fast ways through the pipeline say what spaCy's own components say of the same texts."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.language import Language
from thinc.api import Model

from alerts.adapters.parser import SpacyParser
from alerts.adapters.parser_vectors import TokenVectors
from alerts.adapters.parser_words import by_word
from tests.extraction.passage_check import passages
from tests.extraction.reader import parser


@pytest.fixture(scope="module")
def stock() -> Language:
    return spacy.load(parser().pipeline, exclude=["ner"])


@pytest.fixture(scope="module")
def texts() -> list[str]:
    own = [passage["text"] for passage in passages() if "retook" not in passage["text"]]  # parsed as another word
    return [*own, "", " ", "\n\n", "A" * 90, "😀 Ж م", "The army shelled Hama, officials' aides said. " * 20]


def test_trees_are_those_of_the_whole_pipeline(stock: Language, texts: list[str]) -> None:
    """Forms, lemmas, tags, labels, heads and sentences are spaCy's to the last token."""
    for tree, doc in zip(parser().parse(texts), stock.pipe(texts), strict=True):
        assert [*tree.start] == [token.idx for token in doc]
        assert [*tree.end] == [token.idx + len(token) for token in doc]
        assert [*tree.lemma] == [token.lemma_ for token in doc]
        assert [*tree.tag] == [token.tag_ for token in doc]
        assert [*tree.dep] == [token.dep_ for token in doc]
        assert [*tree.head] == [token.head.i for token in doc]
        assert [*tree.sentence_start] == [sentence.start for sentence in doc.sents]


def test_vectors_are_the_models_own(stock: Language, texts: list[str]) -> None:
    """Remembered words give what fresh ones gave, whatever stands beside them."""
    model = stock.get_pipe("tok2vec").model  # type: ignore[attr-defined]
    docs = [stock.make_doc(text) for text in texts]
    vectors = TokenVectors.of(model, docs[:3])
    assert vectors is not None

    for _ in range(2):
        for ours, theirs in zip(vectors(docs), model.predict(docs), strict=True):
            assert np.allclose(ours, theirs, atol=1e-4)


def test_a_model_of_another_build_goes_its_own_way(stock: Language) -> None:
    """A model that is not hash embeddings and convolutions is not guessed at."""
    tagger = stock.get_pipe("tagger").model  # type: ignore[attr-defined]

    assert TokenVectors.of(tagger, [stock.make_doc("Rebels captured Hama.")]) is None


def test_a_model_that_disagrees_goes_its_own_way(stock: Language) -> None:
    """What the model says counts, not what its layers are called."""
    model = stock.get_pipe("tok2vec").model.copy()  # type: ignore[attr-defined]
    docs = [stock.make_doc("Rebels captured Hama.")]
    assert TokenVectors.of(model, docs) is not None
    front = model.layers[0]
    last = front.layers[-1]

    front.layers[-1] = Model(last.name, lambda _, rows, train: ([2 * row for row in last.predict(rows)], list))

    assert TokenVectors.of(model, docs) is None


def test_only_components_that_look_at_one_token_are_asked_by_word(stock: Language) -> None:
    """The lemmatizer by rules is; whatever stands before the parser's last word-wise components is not."""
    assert by_word(stock) == ("attribute_ruler", "lemmatizer")

    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")

    assert by_word(blank) == ()


def test_a_vocabulary_that_is_let_go_changes_no_tree_and_stays_bounded(texts: list[str]) -> None:
    """Every text brings new words; the vocabulary holds no more of them than it may, and what is parsed stays right."""
    bounded = SpacyParser(words_max=200)
    strings = bounded._nlp.vocab.strings
    own, most = len(strings), 0
    told = [
        f"{text} " + " ".join(f"Qx{number}vo{letter}ra" for letter in "abcdefgh") for number, text in enumerate(texts)
    ]

    trees = []
    for text in told:
        trees += bounded.parse([text])
        most = max(most, len(strings) - own)

    assert trees == parser().parse(told)
    assert len(strings) - own < most <= 2 * 200 + 100 * 8
