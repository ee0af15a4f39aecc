"""What starting does before anything answers."""

import pytest
import uvicorn

from main import listen
from settings import ConfigurationError


class TestListening:
    def test_the_port_is_handed_to_no_child_such_as_the_embedded_redis(self) -> None:
        sockets = listen(uvicorn.Config("main:app", host="127.0.0.1", port=0))

        inherited = [socket.get_inheritable() for socket in sockets]
        for socket in sockets:
            socket.close()

        assert not any(inherited)

    @pytest.mark.parametrize("port", [65_536, -1])
    def test_a_port_that_is_none_is_a_fault_of_the_configuration(self, port: int) -> None:
        with pytest.raises(ConfigurationError, match="--port"):
            listen(uvicorn.Config("main:app", host="127.0.0.1", port=port))
