"""Which connection makes room for a new one."""

import asyncio
from typing import Any, cast

from routes.middleware.connections import CONNECTION, Connection, Connections, find_connection


class Transport:
    """What a server gives; it tells the protocol later, as real ones do."""

    def __init__(self) -> None:
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Opened:
    """Connections of a process, by the names of their callers."""

    def __init__(self, limit: int) -> None:
        self.connections = Connections(limit)
        self._by_name: dict[str, tuple[Connection, Transport]] = {}

    def open(self, *names: str) -> None:
        for name in names:
            connection = Connection(connections=self.connections, speak=speak, app_state={})
            transport = Transport()
            self._by_name[name] = connection, transport
            connection.connection_made(cast(asyncio.Transport, transport))

    def __getitem__(self, name: str) -> Connection:
        return self._by_name[name][0]

    def aborted(self) -> list[str]:
        return [name for name, (_, transport) in self._by_name.items() if transport.is_aborted]


def speak(**_uvicorns: Any) -> asyncio.Protocol:
    return asyncio.Protocol()


class TestConnections:
    def test_up_to_the_limit_all_are_kept(self) -> None:
        opened = Opened(limit=3)

        opened.open("ann", "bob", "eve")

        assert opened.aborted() == []

    def test_beyond_it_the_one_that_waited_longest_is_closed(self) -> None:
        opened = Opened(limit=3)

        opened.open("ann", "bob", "eve", "pat", "sam")

        assert opened.aborted() == ["ann", "bob"]

    def test_one_whose_request_is_worked_on_is_kept(self) -> None:
        opened = Opened(limit=2)
        opened.open("ann", "bob")
        opened["ann"].works()

        opened.open("eve")

        assert opened.aborted() == ["bob"]

    def test_one_that_was_answered_waits_from_then_on(self) -> None:
        opened = Opened(limit=2)
        opened.open("ann", "bob")
        opened["ann"].works()
        opened["ann"].waits()

        opened.open("eve")

        assert opened.aborted() == ["bob"]

    def test_when_all_are_worked_on_the_new_one_is_closed(self) -> None:
        opened = Opened(limit=2)
        opened.open("ann", "bob")
        opened["ann"].works()
        opened["bob"].works()

        opened.open("eve")

        assert opened.aborted() == ["eve"]

    def test_one_that_was_closed_leaves_room(self) -> None:
        opened = Opened(limit=2)
        opened.open("ann", "bob")
        opened["ann"].connection_lost(None)
        opened["ann"].waits()  # its request ends later

        opened.open("eve")

        assert opened.aborted() == []


def test_a_request_finds_its_connection_in_its_state_and_keeps_what_the_server_put_there() -> None:
    given: dict[str, Any] = {}

    def speak_and_keep(**uvicorns: Any) -> asyncio.Protocol:
        given.update(uvicorns)
        return asyncio.Protocol()

    connection = Connection(connections=Connections(), speak=speak_and_keep, app_state={"other": 1}, config="c")

    assert find_connection({"state": given["app_state"]}) is connection
    assert given == {"config": "c", "app_state": {"other": 1, CONNECTION: connection}}
    assert find_connection({}) is None
