"""Answers about a token, worked out once: frames by the dozen ask the same of the same trees."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

_AnswerT = TypeVar("_AnswerT")


class Remembering(Protocol):
    """What can be asked about the tokens of one block; it lives as long as the block's reading."""

    @property
    def memory(self) -> dict[str, dict[int, Any]]:
        """Answers by question and token."""
        ...


_SelfT = TypeVar("_SelfT", bound=Remembering)


def once_a_token(method: Callable[[_SelfT, int], _AnswerT]) -> Callable[[_SelfT, int], _AnswerT]:
    """Remember what a method answers about each token. Its answer must not depend on when it is asked."""
    name = method.__name__

    @wraps(method)
    def remembered(self: _SelfT, index: int) -> _AnswerT:
        answers = self.memory.get(name)
        if answers is None:
            answers = self.memory[name] = {}
        if index in answers:
            known: _AnswerT = answers[index]
            return known
        answer = answers[index] = method(self, index)
        return answer

    return remembered
