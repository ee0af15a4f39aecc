"""Whose address a request has: the peer's, or the one that trusted proxies report."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routes.middleware.client_address import MAX_PROXIES, find_client_address, parse_address, parse_networks

PROXIES = parse_networks("10.0.0.0/8 fd00::/8")
PROXY = "10.0.0.1"


def found(peer: str | None, *forwarded: str, trusted: Sequence[str] = ("10.0.0.0/8", "fd00::/8")) -> str | None:
    """For a request with these X-Forwarded-For headers."""
    scope = {
        "type": "http",
        "client": None if peer is None else (peer, 40_000),
        "headers": [(b"x-forwarded-for", text.encode("latin-1", "replace")) for text in forwarded],
    }
    address = find_client_address(scope, parse_networks(" ".join(trusted)))
    return None if address is None else str(address)


class TestPeer:
    @pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::1"])
    def test_is_the_client_when_no_proxy_is_trusted(self, peer: str) -> None:
        assert found(peer, "198.51.100.7", trusted=()) == peer

    def test_that_is_no_trusted_proxy_is_not_believed(self) -> None:
        assert found("203.0.113.9", "198.51.100.7") == "203.0.113.9"

    def test_is_the_client_when_it_reports_nobody(self) -> None:
        assert found(PROXY) == PROXY

    def test_on_a_unix_socket_has_no_address(self) -> None:
        assert found(None, "198.51.100.7") is None

    def test_in_ipv6_form_is_the_ipv4_address_that_the_networks_name(self) -> None:
        assert found("::ffff:10.0.0.1", "198.51.100.7") == "198.51.100.7"


class TestForwardedFor:
    def test_by_a_trusted_proxy_is_the_client(self) -> None:
        assert found(PROXY, "198.51.100.7") == "198.51.100.7"

    def test_is_read_from_the_right_past_trusted_proxies_only(self) -> None:
        assert found(PROXY, "1.1.1.1, 198.51.100.7, 10.2.3.4, fd00::5") == "198.51.100.7"

    def test_in_several_headers_is_one_list(self) -> None:
        assert found(PROXY, "1.1.1.1", "198.51.100.7", "10.2.3.4") == "198.51.100.7"

    def test_with_trusted_addresses_alone_gives_the_farthest(self) -> None:
        assert found(PROXY, "10.9.9.9, 10.2.3.4") == "10.9.9.9"

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:DB8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            (" 198.51.100.7\t", "198.51.100.7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("fe80::1%anything at all", "fe80::1"),
        ],
    )
    def test_may_have_a_port_brackets_or_an_interface(self, text: str, address: str) -> None:
        assert found(PROXY, text) == address

    @pytest.mark.parametrize(
        "text", ["", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "1.2.3.4 5", "[::1", "[]:80", "a" * 9_000, "1.2.3.4;x"]
    )
    def test_that_is_no_address_leaves_the_last_known_one(self, text: str) -> None:
        assert found(PROXY, text) == PROXY
        assert found(PROXY, f"1.1.1.1, {text}, 10.2.3.4") == "10.2.3.4"

    def test_is_read_for_a_bounded_number_of_proxies(self) -> None:
        assert found(PROXY, ",".join(["1.1.1.1", *["10.2.3.4"] * (MAX_PROXIES + 1)])) == "10.2.3.4"

    @given(text=st.text(max_size=60), more=st.text(alphabet=":.,[]%0123456789af \x00\r\n", max_size=60))
    def test_of_any_form_is_an_address_or_ignored(self, text: str, more: str) -> None:
        address = found(PROXY, text, more)

        assert address is not None
        assert parse_address(address) is not None
