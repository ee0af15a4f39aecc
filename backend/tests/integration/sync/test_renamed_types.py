"""A custom object gets another label at HubSpot, and with it its records get other item ids.

A consumer keeps records by item id: each former id must get a tombstone, once.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from tests.integration.sync.conftest import OpenSynced, Synced

MACHINES = "2-3456789"


@dataclass
class Consumer:
    """Stores and deletes by item id, as the feed has it."""

    synced: Synced
    ids: set[str] = field(default_factory=set)

    async def read(self) -> set[str]:
        for op, id_, _ in await self.synced.changes():
            (self.ids.discard if op == "deleted" else self.ids.add)(id_)
        return self.ids

    @property
    def machines(self) -> list[str]:
        """Record ids, as HubSpot has them."""
        return [record["id"] for record in self.synced.simulator.export(self.synced.portal_id, "machines")]

    def rename(self, label: str) -> None:
        self.synced.simulator.relabel(self.synced.portal_id, "machines", label)


@pytest.fixture
async def consumer(open_synced: OpenSynced, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Consumer]:
    """It has read all machines, which have just become devices."""
    monkeypatch.setattr("services.services.METADATA_LIFETIME_S", 0.0)
    async with open_synced(seed={"machines": 6}) as synced:
        await synced.enable(object_types=[MACHINES])
        await synced.until_loaded()
        consumer = Consumer(synced)
        assert await consumer.read() == {f"{id_}_Machine" for id_ in consumer.machines}
        consumer.rename("Device")
        yield consumer


async def test_a_verification_leaves_a_tombstone_for_each_former_id_once(consumer: Consumer) -> None:
    synced = consumer.synced

    first = await synced.run("verify")
    found = await synced.changes()
    second = await synced.run("verify")

    assert found == [
        change
        for id_ in consumer.machines
        for change in [("deleted", f"{id_}_Machine", "renamed"), ("created", f"{id_}_Device", None)]
    ]
    assert (first["state"], second["changed"], await synced.changes()) == ("complete", 0, [])


async def test_a_poll_that_reads_one_record_has_the_others_verified(consumer: Consumer) -> None:
    synced = consumer.synced
    synced.simulator.update(synced.portal_id, "machines", consumer.machines[0], model="X")

    await synced.run("poll")
    await synced.until(lambda state: state["last_run"]["kind"] == "verify")

    assert await consumer.read() == {f"{id_}_Device" for id_ in consumer.machines}


async def test_stored_items_have_each_record_once(consumer: Consumer) -> None:
    await consumer.synced.run("verify")

    page = await consumer.synced.api.json("/integrations/hubspot/items", object_types=MACHINES, max_age=600)

    assert page["source"] == "mirror"
    assert [item["id"] for item in page["items"]] == [f"{id_}_Device" for id_ in consumer.machines]


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_label_that_returns_takes_its_ids_back(consumer: Consumer, *, is_late: bool) -> None:
    for label in ("Device", "Machine", "Device", "Machine"):
        consumer.rename(label)
        await consumer.synced.run("verify")
        if not is_late:
            assert await consumer.read() == {f"{id_}_{label}" for id_ in consumer.machines}

    assert await consumer.read() == {f"{id_}_Machine" for id_ in consumer.machines}


async def test_a_record_that_ends_before_it_is_read_again_ends_under_its_former_id(consumer: Consumer) -> None:
    synced, [id_, *others] = consumer.synced, consumer.machines
    synced.simulator.archive(synced.portal_id, "machines", id_)

    await synced.run("verify")

    assert await consumer.read() == {f"{other}_Device" for other in others}


async def test_a_record_that_comes_back_under_another_id_leaves_no_former_one(consumer: Consumer) -> None:
    synced, [id_, *_] = consumer.synced, consumer.machines
    consumer.rename("Machine")
    synced.simulator.archive(synced.portal_id, "machines", id_)
    await synced.run("verify")
    synced.simulator.restore(synced.portal_id, "machines", id_)
    consumer.rename("Device")

    await synced.run("verify")

    assert await consumer.read() == {f"{id_}_Device" for id_ in consumer.machines}
