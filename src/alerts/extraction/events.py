"""From the triggers of one block to draft events: roles, tests, status, place, time and evidence of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from alerts.domain.event import HAPPENING, Party, Status, TimePrecision
from alerts.domain.place import PLACE_KINDS, PlaceRole, Precision
from alerts.domain.report import Report
from alerts.extraction.actor_names import ARMED, NONSTATE, PARTY_KINDS
from alerts.extraction.choice import chosen_triggers
from alerts.extraction.corrections import mark_taken_back
from alerts.extraction.disputes import mark_disputed, mark_unverified
from alerts.extraction.draft import Draft, without_weak
from alerts.extraction.evidence import clause_evidence
from alerts.extraction.extent import is_partial
from alerts.extraction.figures import with_quantities
from alerts.extraction.frame import Part
from alerts.extraction.frame_tests import Filled, holds, typed
from alerts.extraction.judging import Judge
from alerts.extraction.linking import Link, Linker
from alerts.extraction.mentions import DistancePhrase, TimePhrase
from alerts.extraction.quotations import quoted_speaker
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.settling import Around, settled
from alerts.extraction.status import judge
from alerts.extraction.surroundings import Setting, World
from alerts.extraction.tense import Standing
from alerts.extraction.tolls import with_tolls
from alerts.extraction.triggers import Hit
from alerts.extraction.witnesses import SPEAKS_FOR_ITSELF, claims_itself, speaker_of
from alerts.extraction.worlds import tells_fiction

_PARTIES_MAX = 6
_PART_OF_PLACE = 0.7
_DEFINITE = frozenset({"the", "this", "these", "that", "those"})


@dataclass(slots=True)
class Story:
    """What carries over from block to block of one report."""

    report: Report
    linker: Linker
    setting: Setting
    """The worlds of its paragraphs."""
    paragraph: int = -1
    time: TimePhrase | None = None
    """The last time that the paragraph named."""
    in_court: bool = False
    """The report tells of a trial: what was done is told as the charge."""
    fiction: bool = False
    """The paragraph tells the plot of a novel or a film."""
    told: dict[str, Draft] = field(default_factory=dict)
    """The last event of each type: "the strikes" further on mean it."""

    def note(self, draft: Draft) -> None:
        """Take note of an event that stands, and of where it was."""
        if draft.toponym is not None and draft.status is not Status.HISTORICAL:
            self.linker.remember(Link(draft.toponym, draft.place_role, draft.certainty))
        self.told[draft.type] = draft


def read_events(reading: Reading, story: Story, text: str) -> tuple[Draft, ...]:
    """Return the draft events of one block in order of the text.

    Args:
        reading: The block.
        story: What came before in the report; it is brought up to date.
        text: The whole text, for quotes.
    """
    if reading.block.paragraph != story.paragraph:
        story.paragraph, story.time, story.fiction = reading.block.paragraph, None, False
    worlds = story.setting.worlds(reading.block)
    court = reading.words.lexicon.members("court_words")
    story.in_court = story.in_court or not court.isdisjoint(reading.words.names_between(0, reading.grammar.size))
    drafts: list[Draft] = []
    judge = Judge(reading, _BlockEvents(reading, story, text, worlds).drafts, story.note)
    by_sentence: dict[int, list[Hit]] = {}
    for hit in chosen_triggers(reading, placed=story.linker.inherited() is not None):
        by_sentence.setdefault(reading.grammar.sentence_of[hit.head], []).append(hit)
    for sentence in range(len(reading.grammar.tree.sentence_start)):
        story.fiction = story.fiction or tells_fiction(reading, sentence)
        drafts.extend(judge.events(sentence, by_sentence.get(sentence, ())))
        story.linker.note_topic(reading, sentence)
    known = mark_taken_back(reading, tuple(without_weak(drafts)))
    return with_tolls(with_quantities(reading, mark_unverified(reading, mark_disputed(reading, known))))


def _told_as_well(draft: Draft, filled: Filled) -> Iterator[Draft]:
    """Yield what the same words tell beside their event, without its figures: a frame's `besides`."""
    for other in filled.roles.hit.frame.besides:
        if other.type != draft.type and all(holds(test, filled) for test in other.when):
            yield replace(draft, type=other.type, quantities=(), toll=False)


def _confidence(roles: Roles) -> float:
    """Return the frame's confidence, less for "parts of X", "the outskirts of X": the event is at X all the same."""
    part = roles.words.lexicon.members("part_nouns")
    of_part = any(roles.words.is_one_of(i, part) and roles.grammar.prepositional(i, "of") for i in roles.fill("object"))
    return roles.hit.frame.confidence * (_PART_OF_PLACE if of_part else 1.0)


@dataclass(slots=True)
class _BlockEvents:
    reading: Reading
    story: Story
    text: str
    worlds: frozenset[World]

    def drafts(self, hit: Hit) -> Iterator[Draft]:
        reading = self.reading
        roles = Roles(reading.words, hit)
        standing = judge(reading.words, hit, headline=reading.block.headline, dated=self._is_dated(hit))
        if standing.speaker is None:
            standing.speaker = quoted_speaker(reading.words, hit.head)
        if standing.status is None:
            return
        if standing.status in HAPPENING and (known := self._told_before(hit)) is not None:
            yield replace(
                known,
                evidence=(clause_evidence(self.reading, roles, self.text),),
                sentence=self._sentence(hit),
                head=hit.head,
                quantities=(),
            )
            return
        actor_heads = self._party_heads(roles, hit.frame.actor)
        actors = self._speaking_of_itself(actor_heads, standing) or self._parties(actor_heads, strict=True)
        target_heads = self._party_heads(roles, hit.frame.target)
        targets = self._parties(target_heads, strict=False)
        heads = frozenset((*actor_heads, *target_heads, *roles.fill("subject"), *roles.fill("object")))
        time = self._time(roles)
        links, named = self._links(roles, self._avoided(actor_heads, standing))
        for link in links:
            filled = Filled(
                reading=reading, roles=roles, actors=actors, targets=targets, place=link.place if link else None
            )
            draft = (
                self._draft(filled, standing, link, time, party_heads=heads)
                if link is not None or named or self._stands(filled)
                else None
            )
            if draft is not None:
                yield draft
                yield from _told_as_well(draft, filled)

    def _is_dated(self, hit: Hit) -> bool:
        """Tell "the attack on Tuesday", "Tuesday's attack": the phrase itself names a time gone by."""
        times = (self.reading.time_at.get(i) for i in self.reading.grammar.subtree(hit.head))
        return hit.frame.part is Part.NOUN and any(time is not None and not time.future for time in times)

    def _told_before(self, hit: Hit) -> Draft | None:
        """Return the event that a definite noun without a place of its own refers back to: "the strikes"."""
        grammar = self.reading.grammar
        known = self.story.told.get(hit.frame.type)
        if hit.frame.part is not Part.NOUN or known is None:
            return None
        definite = any(grammar.lower[det] in _DEFINITE for det in grammar.kids(hit.head, "det"))
        own = any(i in self.reading.toponym_at for i in grammar.subtree(hit.head))
        return known if definite and not own else None

    def _sentence(self, hit: Hit) -> tuple[int, int]:
        return (self.reading.number, self.reading.grammar.sentence_of[hit.head])

    def _party_heads(self, roles: Roles, names: Iterable[str]) -> tuple[int, ...]:
        for name in names:
            heads = roles.fill(name)
            if name == "modifier":
                heads = tuple(i for i in heads if self._is_actor_word(i))
            if heads:
                return heads[:_PARTIES_MAX]
        return ()

    def _is_actor_word(self, index: int) -> bool:
        actors = self.reading.actors
        return bool(actors.named(index) or actors.noun_kind(index) or actors.country_of(index))

    def _parties(self, heads: Iterable[int], *, strict: bool) -> tuple[Party, ...]:
        """Return the parties of some heads; strictly only those that can act: known, of a kind, or a name."""
        timeless = (head for head in heads if head not in self.reading.time_at)
        acting = (head for head in timeless if not (strict and self._is_spot(head)))
        parties = [party for head in acting if (party := self.reading.actors.party(head)) is not None]
        if strict:
            parties = [p for p in parties if p.kind in PARTY_KINDS or (p.kind is None and p.name[:1].isupper())]
        return tuple(dict.fromkeys(parties))

    def _speaking_of_itself(self, heads: Iterable[int], standing: Standing) -> tuple[Party, ...]:
        """Take "they" in "rebels said they had captured Hama" for the rebels."""
        means = any(self.reading.grammar.lower[head] in ("it", "they", "he", "she", "we") for head in heads)
        return self._parties((standing.speaker,), strict=True) if means and standing.speaker is not None else ()

    def _is_spot(self, head: int) -> bool:
        """A town or crossing does nothing itself; a country or a capital may stand for its government."""
        toponym = self.reading.toponym_at.get(head)
        if toponym is None or toponym.place is None:
            return False
        is_state = toponym.place.precision is Precision.COUNTRY
        return not is_state and self.reading.actors.named(head) is None and not self.reading.actors.is_capital(head)

    def _avoided(self, actor_heads: Iterable[int], standing: Standing) -> frozenset[int]:
        grammar = self.reading.grammar
        avoid = {i for head in actor_heads for i in (head, *grammar.modifiers(head))}
        if standing.speaker is not None:
            avoid.update(grammar.subtree(standing.speaker))
        return frozenset(avoid)

    def _stands(self, filled: Filled) -> bool:
        """An event that the text places nowhere needs an armed party, or a frame that does without a place."""
        things = any(party.kind in PLACE_KINDS for party in filled.targets)
        armed = any(party.kind in ARMED for party in (*filled.actors, *filled.targets))
        return not filled.roles.hit.frame.needs_place or things or armed or self._tells_of_arms(filled.roles)

    def _tells_of_arms(self, roles: Roles) -> bool:
        actors = self.reading.actors
        return any(
            ((party := actors.named(i)) is not None and party.kind in NONSTATE)
            or actors.noun_kind(i) in SPEAKS_FOR_ITSELF
            for i in roles.fill_all("sentence")
        )

    def _links(self, roles: Roles, avoid: frozenset[int]) -> tuple[tuple[Link | None, ...], bool]:
        """Return the places of a trigger, and whether its sentence names one, known to the gazetteer or not."""
        links = self.story.linker.link(self.reading, roles, avoid)
        resolved = tuple(link for link in links if link.place is not None)
        if resolved:
            return resolved, True
        # A name that the gazetteer lacks is somewhere in the country, never at the last known neighbour.
        inherits = "country" if links else roles.hit.frame.inherits
        if inherits == "nothing":
            return (None,), bool(links)
        linker = self.story.linker
        return (linker.country() if inherits == "country" else linker.inherited(),), bool(links)

    def _time(self, roles: Roles) -> TimePhrase | None:
        reading, grammar = self.reading, self.reading.grammar
        clause = [reading.time_at[i] for i in grammar.clause(roles.hit.head) if i in reading.time_at]
        first, last = grammar.sentence_span(grammar.sentence_of[roles.hit.head])
        around = (i for i in range(first, last) if i in reading.time_at and not self._dates_a_noun(i, roles.hit))
        sentence = [reading.time_at[i] for i in around]
        own = next((time for time in (*clause, *sentence) if time.window_hours is None), None)
        if own is not None:
            self.story.time = own
        return own

    def _dates_a_noun(self, index: int, hit: Hit) -> bool:
        """Tell the time of "halted a treaty signed two decades ago": that of the signing alone."""
        grammar = self.reading.grammar
        own = frozenset((hit.head, *grammar.ancestors(hit.head)))
        return any(
            i not in own and grammar.dep(i) in ("acl", "relcl") and grammar.tree.head[i] not in hit.tokens
            for i in grammar.ancestors(index)
        )

    def _draft(
        self,
        filled: Filled,
        standing: Standing,
        link: Link | None,
        time: TimePhrase | None,
        *,
        party_heads: frozenset[int],
    ) -> Draft | None:
        frame = filled.roles.hit.frame
        status = settled(reading=self.reading, roles=filled.roles, standing=standing, time=time, around=self._around())
        if status is None:
            return None
        event_type = typed(frame, filled)
        phrase = self._distance(filled.roles)
        head = filled.roles.hit.head
        own_time = time if time is not None and not time.future else None
        speaker = speaker_of(filled, standing)
        return Draft(
            type=event_type,
            frame_id=frame.id,
            status=status,
            actors=filled.actors,
            targets=filled.targets,
            place=phrase.place if phrase is not None and phrase.place is not None else filled.place,
            place_role=link.role if link is not None else PlaceRole.AT,
            certainty=link.certainty if link is not None else 0.0,
            toponym=link.toponym if link is not None else None,
            distance=phrase.distance if phrase is not None else None,
            quantities=(),
            occurred_at=own_time.at if own_time is not None else self.story.report.published_at,
            time_precision=own_time.precision if own_time is not None else TimePrecision.UNKNOWN,
            starts_at=time.at if time is not None and time.future and status is Status.PLANNED else None,
            claimed=standing.claimed or claims_itself(filled, standing),
            attributed_to=speaker,
            confidence=round(_confidence(filled.roles) * (link.certainty if link is not None else 0.6), 3),
            evidence=(clause_evidence(self.reading, filled.roles, self.text),),
            sentence=self._sentence(filled.roles.hit),
            head=head,
            party_heads=party_heads,
            by_words=not frame.patterns,
            weak=frame.weak or self._is_result(head),
            toll=frame.toll or event_type == "casualties",
            partial=is_partial(self.reading.words, event_type, head),
            failed=standing.failed,
        )

    def _is_result(self, head: int) -> bool:
        """Tell "..., injuring four customers": what the main verb's event did, not another one."""
        grammar, words = self.reading.grammar, self.reading.words
        harms = words.is_one_of(head, words.lexicon.members("harm_verbs"))
        return harms and grammar.tree.tag[head] == "VBG" and grammar.dep(head) in ("advcl", "acl", "conj", "xcomp")

    def _around(self) -> Around:
        story = self.story
        return Around(
            year=story.report.published_at.year,
            time=story.time,
            in_court=story.in_court,
            fiction=story.fiction,
            worlds=self.worlds,
        )

    def _distance(self, roles: Roles) -> DistancePhrase | None:
        reading = self.reading
        for token in reading.grammar.clause(roles.hit.head):
            if token in reading.distance_at:
                return reading.distance_at[token]
        return None
