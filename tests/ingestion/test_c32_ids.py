"""C32: ids that are missing, numbers, or changed: nothing that differs ever falls together."""

from __future__ import annotations

import pytest

from tests.ingestion.port import Port

ROWS = b"""[{"source":"acled","text":"Clashes erupted in Hama."},{"source":"acled","text":"Clashes erupted in Idlib."},
 {"source":"x","id":18446744073709551616,"text":"Shelling hit Rastan."},
 {"source":"x","id":18446744073709551617,"text":"Shelling hit Talbiseh."},
 {"source":"y","id":"p?utm=1","text":"Jordan shut the Jaber crossing."},
 {"source":"y","id":"p?utm=2","text":"Jordan shut the Jaber crossing today."}]"""


async def test_c32_all_rows_stay_apart(port: Port) -> None:
    """Six rows, six reports: no id is rounded into another and rows without one don't share one."""
    answer = await port.post(ROWS)

    assert answer.status == 202
    assert len({report.id for report in port.kept}) == 6


async def test_c32_long_numbers_keep_every_digit(port: Port) -> None:
    """Read as a float, both would be 18446744073709552000."""
    answer = await port.post(ROWS)

    kept = [r["source_item_id"] for r in answer.body["results"][2:4]]
    assert kept == ["18446744073709551616", "18446744073709551617"]


async def test_c32_rows_without_id_sent_again_are_the_same_reports(port: Port) -> None:
    """The id is made of the row itself; the order of its keys says nothing."""
    await port.post({"source": "acled", "text": "Clashes erupted in Hama.", "title": "Hama"})
    await port.post({"title": "Hama", "text": "Clashes erupted in Hama.", "source": "acled"})

    assert port.kept[0].id == port.kept[1].id


async def test_c32_rows_without_id_of_other_days_are_other_reports(port: Port) -> None:
    """The same words of Monday and of Friday are two items."""
    row = {"source": "acled", "text": "Clashes erupted in Hama."}

    await port.post(row | {"published_at": "2025-01-06T10:00:00Z"})
    await port.post(row | {"published_at": "2025-01-10T10:00:00Z"})

    assert port.kept[0].id != port.kept[1].id


async def test_a_number_and_its_digits_are_one_id(port: Port) -> None:
    """A client that begins to quote its ids goes on with the same items."""
    await port.post({"source": "x", "id": 17, "text": "a"})
    await port.post({"source": "x", "id": "17", "text": "a"})
    await port.post({"source": "x", "source_item_id": "17", "text": "a"})

    assert len({report.id for report in port.kept}) == 1


@pytest.mark.parametrize("item_id", ["1.0", "1e3", "true", "null", "[]", "{}", '""', '"  "'])
async def test_ids_that_cannot_be_kept_exact_are_refused(port: Port, item_id: str) -> None:
    """A fraction may have lost digits on its way already; nothing and blanks would fall together."""
    answer = await port.post(b'{"source":"x","text":"a","id":%s}' % item_id.encode())

    if item_id == "null":  # JSON's way of leaving it out
        assert answer.status == 202
        assert port.kept[0].source_item_id.startswith("content:")
    else:
        assert answer.status == 422
        assert answer.pointers == {"/id"}


async def test_one_item_of_two_sources_is_two_reports(port: Port) -> None:
    """Ids are each source's own."""
    await port.post({"source": "x", "id": "1", "text": "a"})
    await port.post({"source": "y", "id": "1", "text": "a"})

    assert port.kept[0].id != port.kept[1].id
