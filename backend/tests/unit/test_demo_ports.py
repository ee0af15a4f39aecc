"""What the demo says about ports it cannot have, and which settings it passes on."""

import socket
from collections.abc import Iterator

import pytest

from settings import Settings
from simulator import demo
from tests.servers import free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


class TestPorts:
    def test_two_free_ports_are_fine(self) -> None:
        demo.check_ports({"service": free_port(), "simulator": free_port()})

    def test_a_taken_port_is_named_with_a_command_that_would_work(self, taken_port: int) -> None:
        other = free_port()

        with pytest.raises(demo.DemoError) as raised:
            demo.check_ports({"service": taken_port, "simulator": other})

        message = str(raised.value)
        assert f"service: port {taken_port} is taken" in message
        assert f"SIMULATOR_PORT={other}" in message
        assert f"make demo PORT={taken_port} " not in message

    def test_all_taken_ports_are_named_at_once(self, taken_port: int) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            second = listener.getsockname()[1]

            with pytest.raises(demo.DemoError, match=rf"{taken_port} is taken.*{second} is taken"):
                demo.check_ports({"service": taken_port, "simulator": second})

    def test_a_port_taken_on_ipv6_counts(self) -> None:
        with socket.socket(socket.AF_INET6) as listener:
            try:
                listener.bind(("::1", 0))
            except OSError:
                pytest.skip("this machine has no IPv6 loopback")
            listener.listen()

            assert demo.why_unusable(listener.getsockname()[1]) is not None

    def test_one_port_for_both_is_refused(self) -> None:
        port = free_port()

        with pytest.raises(demo.DemoError, match="cannot share one port"):
            demo.check_ports({"service": port, "simulator": port})

    @pytest.mark.parametrize("port", [0, -1, 65_536])
    def test_what_is_no_port_is_said(self, port: int) -> None:
        assert demo.why_unusable(port) == f"{port} is no port"


class TestEnvironment:
    def test_no_setting_of_the_product_is_inherited_but_the_data_folder(self) -> None:
        names = {field.upper() for field in Settings.model_fields}
        inherited = dict.fromkeys(names, "set") | {f"{name}_FILE": "set" for name in names} | {"PATH": "/bin"}

        assert set(demo.child_environment(inherited)) == {"PATH", "DATA_DIR"}
