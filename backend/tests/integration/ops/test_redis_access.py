"""The users that compose's Redis gets: made once, kept, and brought up to date on a Redis that runs."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.redis_url import parse_redis_url
from ops.redis_access import SERVICE, Instance, build_acl, load_users, write_files
from settings import ConfigurationError
from tests.integration.redis.processes import Server, running
from tests.servers import free_port

Connect = Callable[..., redis.Redis]


def first_run(folder: Path) -> Instance:
    instance = Instance("127.0.0.1", SERVICE, folder / "service/url", folder / "redis", group=os.getgid())
    instance.url.parent.mkdir()
    instance.folder.mkdir()
    write_files(instance)
    return instance


@pytest.fixture
def written(tmp_path: Path) -> Instance:
    """As the first run leaves them."""
    return first_run(tmp_path)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The same, for the server."""
    return first_run(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="module")
def server(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started with the users of the first run."""
    options = ("--aclfile", str(instance.folder / "users.acl"))
    server = Server("server", tmp_path_factory.mktemp("server"), *options)
    server.admin = redis.Redis(host="127.0.0.1", port=server.port, decode_responses=True, **admin_login(instance))
    with running(server):
        yield server


@pytest.fixture
def connect(server: Server) -> Iterator[Connect]:
    clients: list[redis.Redis] = []

    def connect(**login: str) -> redis.Redis:
        options: dict[str, Any] = {"decode_responses": True, "retry": Retry(NoBackoff(), 0), **login}
        clients.append(redis.Redis(host="127.0.0.1", port=server.port, **options))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


def service_login(instance: Instance) -> dict[str, str]:
    login = parse_redis_url(instance.url.read_text().strip()).login
    return {name: login[name] for name in ("username", "password")}


def admin_login(instance: Instance) -> dict[str, Any]:
    return {"username": "admin", "password": (instance.folder / "password").read_text().strip()}


def withdraw_rights(instance: Instance, server: Server, connect: Connect) -> None:
    """Leave the running server with the users of a version that needed fewer rights."""
    write_files(instance)
    file = instance.folder / "users.acl"
    file.write_text(file.read_text().replace(" +set ", " "))
    assert load_users(replace(instance, port=server.port))
    with pytest.raises(redis.exceptions.NoPermissionError):
        connect(**service_login(instance)).set("key_checks", "x")


class TestFiles:
    def test_each_is_readable_by_those_who_need_it_alone(self, written: Instance) -> None:
        files = {file.name: file.stat() for folder in (written.url.parent, written.folder) for file in folder.iterdir()}

        modes = {name: stat.S_IMODE(found.st_mode) for name, found in files.items()}
        assert modes == {"url": 0o600, "password": 0o640, "users.acl": 0o640, "cli": 0o750}
        assert {found.st_gid for found in files.values()} == {os.getgid()}

    def test_acl_file_holds_no_password(self, written: Instance) -> None:
        text = (written.folder / "users.acl").read_text()

        assert service_login(written)["password"] not in text
        assert admin_login(written)["password"] not in text

    def test_passwords_are_random(self, written: Instance) -> None:
        before = service_login(written)["password"], admin_login(written)["password"]
        written.url.unlink()
        (written.folder / "password").unlink()

        write_files(written)

        after = service_login(written)["password"], admin_login(written)["password"]
        assert len({*before, *after}) == 4
        assert min(map(len, after)) >= 43  # 256 bits in base64

    def test_a_second_run_keeps_the_passwords_and_writes_the_users_again(self, written: Instance) -> None:
        kept, users = (written.url, written.folder / "password"), written.folder / "users.acl"
        before, users_before = [path.read_bytes() for path in kept], users.read_text()
        users.write_text("user default off\n")

        write_files(written)

        assert [path.read_bytes() for path in kept] == before
        assert users.read_text() == users_before

    def test_an_interrupted_run_is_continued(self, written: Instance) -> None:
        (written.folder / ".users.acl").write_text("user def")
        (written.folder / "users.acl").unlink()

        write_files(written)

        assert {file.name for file in written.folder.iterdir()} == {"password", "users.acl", "cli"}

    def test_a_url_without_password_is_named_and_kept(self, written: Instance) -> None:
        written.url.write_text("redis://redis:6379/0\n")

        with pytest.raises(ConfigurationError, match="delete it to have a new one made"):
            write_files(written)

        assert written.url.read_text() == "redis://redis:6379/0\n"


class TestUsers:
    @pytest.mark.parametrize("login", [{}, {"username": "default", "password": ""}, {"password": "guessed"}])
    def test_nobody_gets_in_without_a_password(self, connect: Connect, login: dict[str, str]) -> None:
        with pytest.raises(redis.exceptions.AuthenticationError):
            connect(**login).ping()

    def test_the_default_user_keeps_its_rights_for_the_append_only_file(self, server: Server) -> None:
        """Redis 7.0 and Valkey 8.1 load no transaction that this user may not do."""
        user = server.admin.acl_getuser("default")

        assert (user["enabled"], user["categories"], user["keys"]) == (False, ["+@all"], ["~*"])

    def test_the_service_reaches_its_own_keys_and_changes_no_settings(
        self, instance: Instance, connect: Connect
    ) -> None:
        service = connect(**service_login(instance))

        assert service.set("session:ab", "x")
        with pytest.raises(redis.exceptions.NoPermissionError):
            service.set("other", "x")
        with pytest.raises(redis.exceptions.NoPermissionError):
            service.config_get("*")
        with pytest.raises(redis.exceptions.NoPermissionError):
            service.acl_list()

    def test_the_administrator_may_do_everything(self, instance: Instance, connect: Connect) -> None:
        admin = connect(**admin_login(instance))

        assert admin.config_set("auto-aof-rewrite-percentage", "0")
        assert admin.set("other", "x")

    def test_a_wrong_password_is_refused(self, connect: Connect) -> None:
        with pytest.raises(redis.exceptions.AuthenticationError):
            connect(username="integrations", password="guessed").ping()


class TestRunningRedis:
    def test_gets_the_rights_of_a_new_version(self, instance: Instance, server: Server, connect: Connect) -> None:
        withdraw_rights(instance, server, connect)
        write_files(instance)

        assert load_users(replace(instance, port=server.port))

        assert connect(**service_login(instance)).set("key_checks", "x")

    def test_that_refuses_the_file_keeps_its_users(self, instance: Instance, server: Server, connect: Connect) -> None:
        (instance.folder / "users.acl").write_text("user integrations on +no-such-command\n")

        with pytest.raises(redis.exceptions.ResponseError):
            load_users(replace(instance, port=server.port))

        assert connect(**service_login(instance)).set("key_checks", "x")

    def test_that_knows_no_administrator_reads_the_file_when_it_starts_again(
        self, written: Instance, tmp_path: Path
    ) -> None:
        with running(Server("earlier", tmp_path)) as earlier:
            assert not load_users(replace(written, port=earlier.port))

    def test_that_does_not_run_is_no_failure(self, written: Instance) -> None:
        assert not load_users(replace(written, port=free_port()))


def test_digest_is_the_one_that_redis_compares_with(connect: Connect, instance: Instance) -> None:
    admin = connect(**admin_login(instance))
    admin.acl_setuser("ann", enabled=True, passwords=["+p@ss"])

    [digest] = cast(dict[str, list[str]], admin.acl_getuser("ann"))["passwords"]

    assert f"#{digest} " in build_acl(SERVICE, password="p@ss", admin_password="other")
