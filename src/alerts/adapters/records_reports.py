"""Reports of any producer in Kafka records: as plain JSON, and as CloudEvents in binary and in structured mode.

What a report may hold is what `POST /v1/reports` takes, read by the same code. An event's id, source and time stand in
for those of the report when its data leaves them out.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.adapters.records_attributes import PREFIX, REQUIRED, SPECVERSION, Attributes, RecordRefused
from alerts.adapters.report_bodies import BodyRefused, Fault, Item, read_body
from alerts.adapters.report_reading import Understood, read_report

STRUCTURED = "application/cloudevents+json"
_CLOUDEVENTS = "application/cloudevents"

# Faults named in one cause; the rest is likely more of the same.
_FAULTS_TOLD = 5

# What an event's attribute stands in for, and under which names data may have it.
_DEFAULTS = (
    ("id", "id", ("id", "source_item_id")),
    ("source", "source", ("source",)),
    ("time", "published_at", ("published_at",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The JSON of a report, where it lay in the value, and what its event says besides."""

    item: Item
    within: str = ""
    """JSON pointer of the report's place in the value."""
    attributes: Mapping[str, str]
    attribute_at: str
    """What comes before an attribute's name to say where it stood."""


def foreign_report(value: bytes, attributes: Attributes, *, received_at: datetime) -> Understood:
    """Return the report in a record's value.

    Raises:
        RecordRefused: The value is no such report; every fault is named with its place.
    """
    said = _said(value, attributes)
    defaults = _defaults(said)
    item = said.item
    if isinstance(item.value, Mapping):
        item = replace(item, value={**item.value, **{key: said.attributes[name] for key, name in defaults.items()}})
    outcome = read_report(item, received_at=received_at)
    if isinstance(outcome, Understood):
        return outcome
    raise RecordRefused("; ".join(_sentence(fault, said, defaults) for fault in outcome[:_FAULTS_TOLD]))


def _said(value: bytes, attributes: Attributes) -> _Said:
    if attributes.media_type == STRUCTURED:
        return _structured(_only_item(value, STRUCTURED))
    if attributes.media_type.startswith(_CLOUDEVENTS):
        raise RecordRefused(
            f'header content-type: "{attributes.media_type[:100]}" is not read; send one event a record, as '
            f"{STRUCTURED} or in binary mode"
        )
    item = _only_item(value, attributes.media_type)
    return _Said(item=item, attributes=attributes.given, attribute_at=f"header {PREFIX}")


def _defaults(said: _Said) -> dict[str, str]:
    """Return by key of the report the attribute that stands in for it."""
    data = said.item.value
    if not isinstance(data, Mapping):
        return {}
    return {
        key: attribute
        for attribute, key, names in _DEFAULTS
        if said.attributes.get(attribute) and all(data.get(name) is None for name in names)
    }


def _only_item(value: bytes, media_type: str) -> Item:
    """Return the one JSON value of a record.

    Raises:
        RecordRefused: It is empty, no JSON, null, or several values.
    """
    if not value or value.isspace():
        raise RecordRefused(f"the value is empty ({len(value)} bytes)")
    try:
        items = read_body(value, media_type).items
    except BodyRefused as refused:
        raise RecordRefused(str(refused)) from refused
    if len(items) != 1:
        raise RecordRefused(f"the value holds {len(items):,} reports; send one a record")
    if items[0].value is None:
        raise RecordRefused("the value is the JSON null, not a report; it withdraws nothing")
    return items[0]


def _structured(event: Item) -> _Said:
    envelope = event.value
    if event.faults:
        raise RecordRefused("; ".join(_place_and_detail(fault.pointer, fault) for fault in event.faults[:_FAULTS_TOLD]))
    if not isinstance(envelope, Mapping):
        raise RecordRefused("the value is no CloudEvent: a JSON object with specversion, id, source, type and data")
    attributes = _envelope_attributes(envelope)
    if "data" in envelope and "data_base64" in envelope:
        raise RecordRefused("/data_base64: an event has data or data_base64, not both")
    if "data_base64" in envelope:
        item = _unpacked(envelope["data_base64"], attributes.get("datacontenttype", ""))
        return _Said(item=item, within="/data_base64", attributes=attributes, attribute_at="/")
    if envelope.get("data") is None:
        raise RecordRefused("/data: the event brings no report; send it as data or data_base64")
    item = replace(event, value=envelope["data"])
    return _Said(item=item, within="/data", attributes=attributes, attribute_at="/")


def _envelope_attributes(envelope: Mapping[str, object]) -> dict[str, str]:
    """Return the attributes of an event in structured mode that are used; what others say is not looked into."""
    found: dict[str, str] = {}
    for name in ("specversion", *REQUIRED, "time", "datacontenttype"):
        value = envelope.get(name)
        if value is None and name not in REQUIRED and name != "specversion":
            continue
        if not isinstance(value, str) or not value:
            raise RecordRefused(f"/{name}: a CloudEvent has a text here that is not empty")
        found[name] = value
    if found["specversion"] != SPECVERSION:
        raise RecordRefused(f'/specversion: CloudEvents {SPECVERSION} is read, found "{found["specversion"][:40]}"')
    return found


def _unpacked(packed: object, content_type: str) -> Item:
    if not isinstance(packed, str):
        raise RecordRefused("/data_base64: a text in base64 is expected")
    try:
        content = b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RecordRefused("/data_base64: this is no base64") from error
    try:
        return _only_item(content, content_type.split(";", 1)[0].strip().lower())
    except RecordRefused as refused:
        raise RecordRefused(f"/data_base64: {refused}") from refused


def _sentence(fault: Fault, said: _Said, defaults: Mapping[str, str]) -> str:
    key = fault.pointer.removeprefix("/").split("/", 1)[0]
    if key in defaults:
        return f"{said.attribute_at}{defaults[key]}: {fault.detail}"
    return _place_and_detail(said.within + fault.pointer, fault)


def _place_and_detail(pointer: str, fault: Fault) -> str:
    return f"{pointer or 'report'}: {fault.detail}"
