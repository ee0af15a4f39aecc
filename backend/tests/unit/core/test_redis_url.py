"""Addresses of Redis: what each form says, and what is refused at start."""

from pathlib import Path

import pytest

from core.redis_url import find_url_faults, parse_redis_url


class TestForms:
    def test_one_server_with_user_password_and_database(self) -> None:
        url = parse_redis_url("redis://ann:p%40ss@redis.internal:6380/3")

        assert (url.form, url.nodes, url.tls) == ("server", (("redis.internal", 6380),), None)
        assert url.login == {"username": "ann", "password": "p@ss", "db": 3}

    def test_a_password_without_a_user(self) -> None:
        assert parse_redis_url("redis://:secret@redis").login == {"password": "secret"}

    def test_a_socket_with_a_database(self) -> None:
        url = parse_redis_url("unix:///run/our%20redis.sock?db=2")

        assert (url.form, url.path, url.nodes, url.login) == ("server", "/run/our redis.sock", (), {"db": 2})

    def test_sentinels_with_a_service_a_database_and_their_own_password(self) -> None:
        url = parse_redis_url("redis+sentinel://:data@s1,s2:5000,[::1]:5001/mymaster/1?sentinel_password=watch")

        assert (url.form, url.service) == ("sentinel", "mymaster")
        assert url.nodes == (("s1", 26379), ("s2", 5000), ("::1", 5001))
        assert (url.login, url.sentinel_login) == ({"password": "data", "db": 1}, {"password": "watch"})

    def test_a_cluster_by_some_of_its_nodes(self) -> None:
        url = parse_redis_url("redis+cluster://ann:secret@n1:7000,n2")

        assert (url.form, url.nodes) == ("cluster", (("n1", 7000), ("n2", 6379)))

    @pytest.mark.parametrize("rest", ["://redis", "+sentinel://redis/mymaster", "+cluster://redis"])
    def test_tls_verifies_certificate_and_name_in_every_form(self, rest: str) -> None:
        assert parse_redis_url(f"rediss{rest}").tls == {"ssl_check_hostname": True}

    def test_tls_by_an_authority_of_ones_own(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").touch()

        url = parse_redis_url(f"rediss://redis?ssl_ca_certs={tmp_path}/ca.pem&ssl_check_hostname=false")

        assert url.tls == {"ssl_ca_certs": f"{tmp_path}/ca.pem", "ssl_check_hostname": False}

    def test_neither_password_is_in_its_repr(self) -> None:
        url = parse_redis_url("redis+sentinel://:data-secret@s1/mymaster?sentinel_password=watch-secret")

        assert "secret" not in repr(url)


class TestFaults:
    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("secret", "begins with redis://"),
            ("http://secret", "begins with redis://"),
            ("redis+secret://host", "begins with redis://"),
            ("redis://", "a host is missing"),
            ("redis://:6379/0", "a host is missing"),
            ("redis://host:secret", "a port is a number"),
            ("redis://host:99999", "a port is a number"),
            ("redis://host/secret", "the database is a number"),
            ("redis://host,secret", "several hosts"),
            ("redis://host?socket_timeout=600", "a parameter that is not taken here; taken are: none"),
            ("redis://host?ssl_ca_certs=/secret", "a parameter that is not taken here"),
            ("rediss://host?ssl_cert_reqs=none", "taken are: ssl_ca_certs, ssl_certfile, ssl_check_hostname"),
            ("rediss://host?ssl_ca_certs=/no/secret", "the file of ssl_ca_certs cannot be read"),
            ("rediss://host?ssl_check_hostname=secret", "ssl_check_hostname is true or false"),
            ("redis+sentinel://host", "ends with the service's name"),
            ("redis+sentinel://host/mymaster/secret", "the database is a number"),
            ("redis+sentinel://host,/mymaster", "a host is missing"),
            ("redis+cluster://host/1", "a cluster has no databases"),
            ("unix://secret", "the absolute path of a socket"),
            ("unix://", "the absolute path of a socket"),
            ("redis://[::secret", "is not an address"),
        ],
    )
    def test_a_form_that_cannot_be_used_is_one_fault_that_repeats_no_value(self, url: str, says: str) -> None:
        [fault] = find_url_faults(url)

        assert fault.startswith("REDIS_URL: ")
        assert says in fault
        assert "secret" not in fault
