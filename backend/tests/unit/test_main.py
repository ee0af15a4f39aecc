"""What starting does before anything answers."""

import uvicorn

from main import listen


class TestListening:
    def test_the_port_is_handed_to_no_child_such_as_the_embedded_redis(self) -> None:
        sockets = listen(uvicorn.Config("main:app", host="127.0.0.1", port=0))

        inherited = [socket.get_inheritable() for socket in sockets]
        for socket in sockets:
            socket.close()

        assert not any(inherited)
