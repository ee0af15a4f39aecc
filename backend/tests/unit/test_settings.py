"""Which settings are refused, and in which words."""

import base64
import secrets
import uuid
from pathlib import Path

import certifi
import pytest

from core.configuration import read_settings
from core.guessable import is_guessable_secret, is_placeholder
from core.settings_faults import find_warnings

SAFE = {
    "APP_ENV": "production",
    "PUBLIC_URL": "https://app.example",
    "REDIS_URL": "rediss://:password@redis.example:6379",
    "ENCRYPTION_KEYS": "k1:3q2+78r+ur6Yh0pVQTn5Zsx1mJd8LkWvRfGc2BtNyHw=",
    "HOST_JWT_ISSUER": "https://host.example",
    "HOST_JWT_AUDIENCE": "integrations",
    "HOST_JWT_JWKS_URL": "https://host.example/jwks",
    "HUBSPOT_CLIENT_ID": "7d1c2a4e-90b3-4d5f-8a6b-1c2d3e4f5a6b",
    "HUBSPOT_CLIENT_SECRET": "e8f1b6a4-3c5d-4f7e-9a2b-6c8d0e1f2a3b",
}
BY_SECRET = SAFE | {"HOST_JWT_JWKS_URL": ""}
GUESSABLE = [
    "a-secret-of-32-bytes-for-trying-only",
    "a-shared-secret-that-is-long-enough-for-any-hash-of-the-family-x",
    "ChangeMe-ChangeMe-ChangeMe-ChangeMe",
    "correct horse battery staple lamp river",
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "s" * 64,
    "hunter2-" * 5,
]


def faults_of(**changes: str) -> list[str]:
    """Faults of settings that are safe but for the changes."""
    return read_settings(SAFE | changes, env_file=None)[1]


class TestPublicUrl:
    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            ("https://me:SECRET@app.example", "must not hold a user or password"),
            ("https://app.example?tenant=SECRET", "must not have a query or fragment"),
            ("https://app.example/#SECRET", "must not have a query or fragment"),
            ("https://app.example/a%20SECRET", "may have a path of letters, digits and hyphens only"),
            ("https://app.example/crm/../SECRET", "may have a path of letters, digits and hyphens only"),
            ("https://app.example/integrations", "must not have a path that begins like a route"),
            ("https://app.example/session/SECRET", "must not have a path that begins like a route"),
            ("https://app.example:SECRET", "has an invalid port"),
            ("https://app.example:99999", "has an invalid port"),
        ],
    )
    def test_holds_scheme_host_port_and_a_plain_path(self, value: str, fault: str) -> None:
        faults = faults_of(PUBLIC_URL=value)

        assert [text for text in faults if text.startswith(f"PUBLIC_URL {fault}")]
        assert "SECRET" not in "".join(faults)

    def test_a_bracket_that_does_not_close_is_a_fault(self) -> None:
        faults = faults_of(PUBLIC_URL="https://[2001:db8::1")

        assert "PUBLIC_URL: must be an address such as https://app.example" in faults

    def test_the_same_in_local(self) -> None:
        [fault] = read_settings({"PUBLIC_URL": "http://localhost:8000/assets"}, env_file=None)[1]

        assert fault.startswith("PUBLIC_URL must not have a path that begins like a route")

    @pytest.mark.parametrize("value", ["https://app.example/crm", "https://app.example/tools/crm-2/"])
    def test_a_path_is_part_of_the_redirect_uri_and_not_of_the_origin(self, value: str) -> None:
        settings, faults = read_settings(SAFE | {"PUBLIC_URL": value}, env_file=None)

        assert faults == []
        assert settings.origin == "https://app.example"
        assert settings.hubspot_redirect_uri == f"{value.rstrip('/')}/integrations/hubspot/oauth2callback"

    @pytest.mark.parametrize("value", ["https://app.example/", "https://APP.example:443", "https://[2001:db8::1]:8443"])
    def test_a_trailing_slash_capitals_and_ports_are_fine(self, value: str) -> None:
        assert faults_of(PUBLIC_URL=value) == []

    def test_its_origin_is_written_as_browsers_write_it(self) -> None:
        settings, _ = read_settings(SAFE | {"PUBLIC_URL": "https://APP.example:443/"}, env_file=None)

        assert settings.origin == "https://app.example"


class TestProduction:
    def test_takes_safe_settings(self) -> None:
        assert faults_of() == []

    @pytest.mark.parametrize("secret", GUESSABLE)
    def test_a_host_secret_somebody_could_guess_is_refused_by_name(self, secret: str) -> None:
        [fault] = read_settings(BY_SECRET | {"HOST_JWT_SECRET": secret}, env_file=None)[1]

        assert fault.startswith("HOST_JWT_SECRET can be guessed")
        assert secret not in fault

    def test_a_short_host_secret_is_refused_once(self) -> None:
        assert read_settings(BY_SECRET | {"HOST_JWT_SECRET": "short"}, env_file=None)[1] == [
            "HOST_JWT_SECRET must be 32 bytes or more"
        ]

    @pytest.mark.parametrize("vendor", ["HUBSPOT", "AIRTABLE", "NOTION"])
    @pytest.mark.parametrize(
        "secret",
        [
            *("changeme", "CHANGE_ME_please_change_me", "your-client-secret", "demo-client-secret-0123456789"),
            *("x" * 40, "<insert your secret here>", "12345678901234567890"),
        ],
    )
    def test_a_placeholder_for_a_client_secret_is_refused_by_name(self, vendor: str, secret: str) -> None:
        [fault] = faults_of(**{f"{vendor}_CLIENT_ID": "of-a-real-app", f"{vendor}_CLIENT_SECRET": secret})

        assert fault.startswith(f"{vendor}_CLIENT_SECRET is a placeholder")
        assert secret not in fault

    @pytest.mark.parametrize("vendor", ["HUBSPOT", "AIRTABLE", "NOTION"])
    @pytest.mark.parametrize(
        "uri",
        [
            *(
                "https://evil.example/cb",
                "http://app.example/cb",
                "https://app.example:8443/cb",
                "https://app.example.evil/",
            ),
            *("https://app.example@evil.example/", "https://app.example:none/cb"),
        ],
    )
    def test_a_redirect_uri_elsewhere_is_refused(self, vendor: str, uri: str) -> None:
        [fault] = faults_of(**{f"{vendor}_REDIRECT_URI": uri})

        assert fault.startswith(f"{vendor}_REDIRECT_URI must be on the host of PUBLIC_URL")

    @pytest.mark.parametrize(
        "name",
        [
            *("HUBSPOT_API_URL", "HUBSPOT_AUTHORIZE_URL", "AIRTABLE_API_URL", "AIRTABLE_AUTHORIZE_URL"),
            *("AIRTABLE_TOKEN_URL", "NOTION_API_URL", "NOTION_AUTHORIZE_URL", "HOST_JWT_JWKS_URL"),
        ],
    )
    @pytest.mark.parametrize(
        "value",
        [
            *("https://vendor.example:99999", "https://vendor.example:SECRET", "https://me:SECRET@vendor.example"),
            "https://SECRET_ü..example",
        ],
    )
    def test_an_address_that_cannot_be_called_is_refused(self, name: str, value: str) -> None:
        assert faults_of(**{name: value}) == [f"{name} must have a valid host and port, and no user or password"]

    @pytest.mark.parametrize("value", ["https://vendor.example?key=SECRET", "https://vendor.example/#SECRET"])
    def test_a_vendor_address_with_a_query_is_refused(self, value: str) -> None:
        assert faults_of(HUBSPOT_API_URL=value) == ["HUBSPOT_API_URL must not have a query or fragment"]

    @pytest.mark.parametrize("uri", ["//app.example/cb", "app.example/cb", "https://[::1/cb", "SECRET"])
    @pytest.mark.parametrize("settings", [SAFE, {}], ids=["production", "local"])
    def test_a_redirect_uri_that_is_no_address_is_refused(self, settings: dict[str, str], uri: str) -> None:
        [fault] = read_settings(settings | {"HUBSPOT_REDIRECT_URI": uri}, env_file=None)[1]

        assert fault == "HUBSPOT_REDIRECT_URI: must be an address such as https://app.example"

    def test_a_redirect_uri_on_the_same_host_is_fine(self) -> None:
        assert faults_of(HUBSPOT_REDIRECT_URI="https://APP.example:443/integrations/hubspot/oauth2callback") == []

    @pytest.mark.parametrize(
        "name",
        [
            *("HUBSPOT_API_URL", "HUBSPOT_AUTHORIZE_URL", "AIRTABLE_API_URL", "AIRTABLE_AUTHORIZE_URL"),
            *("AIRTABLE_TOKEN_URL", "NOTION_API_URL", "NOTION_AUTHORIZE_URL"),
        ],
    )
    def test_a_vendor_is_never_called_in_plain_text(self, name: str) -> None:
        assert faults_of(**{name: "http://vendor.example"}) == [f"{name} must begin with https:// in production"]
        assert faults_of(**{name: "http://127.0.0.1:9000"}) == []

    @pytest.mark.parametrize(
        "url",
        [
            "redis://:SECRET@redis.example:6379",
            "redis+sentinel://localhost:26379,SECRET.example:26379/service",
            "redis+cluster://10.0.0.7:6379",
        ],
    )
    def test_redis_on_another_machine_is_spoken_to_over_tls(self, url: str) -> None:
        [fault] = faults_of(REDIS_URL=url)

        assert fault.startswith("REDIS_URL: production uses TLS")
        assert "SECRET" not in fault

    @pytest.mark.parametrize(
        "url",
        [
            "rediss+sentinel://a.example:26379/service",
            "redis://localhost:6379",
            "redis://[::1]:6379",
            "unix:///run/redis.sock",
        ],
    )
    def test_redis_over_tls_or_on_this_machine_is_fine(self, url: str) -> None:
        assert faults_of(REDIS_URL=url) == []

    def test_a_private_network_without_tls_is_named_host_by_host(self) -> None:
        url = "redis+cluster://a.internal,b.internal"

        assert faults_of(REDIS_URL=url, REDIS_PLAINTEXT_HOSTS="a.internal b.internal") == []
        assert len(faults_of(REDIS_URL=url, REDIS_PLAINTEXT_HOSTS="a.internal")) == 1

    def test_every_fault_is_named_at_once(self) -> None:
        names = faults_of(
            PUBLIC_URL="http://me@app.example/docs?y",
            REDIS_URL="redis://redis",
            HUBSPOT_API_URL="http://vendor.example",
            HUBSPOT_REDIRECT_URI="https://evil.example",
            HUBSPOT_CLIENT_SECRET="changeme",
        )

        assert [fault.split()[0].rstrip(":") for fault in names] == [
            *["PUBLIC_URL"] * 4,
            *("REDIS_URL", "HUBSPOT_CLIENT_SECRET", "HUBSPOT_REDIRECT_URI", "HUBSPOT_API_URL"),
        ]

    def test_local_takes_placeholders(self) -> None:
        app = {"HUBSPOT_CLIENT_ID": "id", "HUBSPOT_CLIENT_SECRET": "changeme", "HUBSPOT_API_URL": "http://simulator"}

        assert read_settings(app | {"REDIS_URL": "redis://redis"}, env_file=None)[1] == []


class TestHostOrigins:
    def test_are_written_as_browsers_write_them(self) -> None:
        settings, faults = read_settings(
            SAFE | {"HOST_ORIGINS": "https://APP.example:443/ https://two.example:8443"}, env_file=None
        )

        assert (settings.host_origins, faults) == ("https://app.example https://two.example:8443", [])

    @pytest.mark.parametrize(
        "value",
        [
            *("host.example", "https://", "*", "null", "https://host.example/SECRET", "https://me:SECRET@host.example"),
            *("https://host.example?SECRET", "https://host.example:none", "ftp://host.example"),
        ],
    )
    def test_anything_but_an_origin_is_refused(self, value: str) -> None:
        assert faults_of(HOST_ORIGINS=value) == ["HOST_ORIGINS: each must be an origin such as https://app.example"]

    def test_plain_http_is_refused_in_production(self) -> None:
        origins = "https://host.example http://host.example"

        assert faults_of(HOST_ORIGINS=origins) == ["HOST_ORIGINS must begin with https:// in production"]
        assert faults_of(FRAME_ORIGINS=origins) == ["FRAME_ORIGINS must begin with https:// in production"]


class TestSecrets:
    def test_random_ones_are_accepted(self) -> None:
        made = [
            text
            for _ in range(100)
            for text in (
                secrets.token_urlsafe(48),
                secrets.token_hex(32),
                base64.b64encode(secrets.token_bytes(48)).decode(),
            )
        ]

        # At most one in 10^4 looks guessable.
        assert sum(map(is_guessable_secret, made)) <= 2

    def test_what_vendors_give_is_no_placeholder(self) -> None:
        given = [str(uuid.uuid4()), secrets.token_hex(32), "secret_" + secrets.token_urlsafe(32)]

        assert not any(map(is_placeholder, given))


class TestLocalPeers:
    @pytest.mark.parametrize("networks", ["0.0.0.0/0", "10.0.0.0/8 8.8.8.0/24", "::/0", "2001:db8::/32", "10.0.0.0/7"])
    def test_public_ones_are_warned_of(self, networks: str) -> None:
        settings, faults = read_settings({"LOCAL_PEERS": networks}, env_file=None)

        assert faults == []
        [warning] = find_warnings(settings)
        assert warning.startswith("LOCAL_PEERS holds public addresses")

    @pytest.mark.parametrize("networks", ["", "172.31.250.0/24", "192.168.1.7", "fd00::/8 ::1"])
    def test_private_ones_are_not(self, networks: str) -> None:
        settings, _ = read_settings({"LOCAL_PEERS": networks}, env_file=None)

        assert find_warnings(settings) == []


class TestTrustedProxies:
    @pytest.mark.parametrize("networks", ["10.0.0.1/8", "proxy.example", "10.0.0.1,10.0.0.2"])
    def test_text_that_is_no_network_is_told_by_an_example(self, networks: str) -> None:
        _, faults = read_settings({"TRUSTED_PROXIES": networks}, env_file=None)

        assert faults == ["TRUSTED_PROXIES: each must be a network such as 172.16.0.0/12"]

    @pytest.mark.parametrize("networks", ["0.0.0.0/0", "10.0.0.0/8 ::/0"])
    def test_every_address_is_warned_of(self, networks: str) -> None:
        settings, faults = read_settings({"TRUSTED_PROXIES": networks}, env_file=None)

        assert faults == []
        [warning] = find_warnings(settings)
        assert warning.startswith("TRUSTED_PROXIES holds every address")

    @pytest.mark.parametrize("networks", ["", "172.31.250.0/24 fd00::1", "203.0.113.0/24"])
    def test_some_networks_are_not(self, networks: str) -> None:
        settings, _ = read_settings({"TRUSTED_PROXIES": networks}, env_file=None)

        assert find_warnings(settings) == []


class TestAddresses:
    @pytest.mark.parametrize("value", ["localhost:8000", "app.example", "https://", "https://app .example"])
    def test_one_that_is_none_is_told_by_an_example(self, value: str) -> None:
        _settings, faults = read_settings({"PUBLIC_URL": value}, env_file=None)

        assert "PUBLIC_URL: must be an address such as https://app.example" in faults


class TestWayToTheVendors:
    @pytest.mark.parametrize(
        ("value", "url"),
        [("proxy.example:3128", "http://proxy.example:3128"), ("https://p.example", "https://p.example")],
    )
    def test_a_proxy_may_be_written_without_its_scheme(self, value: str, url: str) -> None:
        settings, faults = read_settings({"HTTPS_PROXY": value}, env_file=None)

        assert (settings.https_proxy, faults) == (url, [])

    def test_a_proxy_of_another_kind_is_a_fault_without_its_password(self) -> None:
        _settings, faults = read_settings({"HTTPS_PROXY": "socks5://me:SECRET@proxy.example"}, env_file=None)

        assert faults == ["HTTPS_PROXY: must be an address such as http://proxy.example:3128"]

    @pytest.mark.parametrize(
        "host", ["proxy.example:SECRET", "me:SECRET@proxy.example:99999", "[::1", "SECRET_ü..example"]
    )
    def test_a_proxy_that_cannot_be_called_is_a_fault(self, host: str) -> None:
        _settings, faults = read_settings({"HTTPS_PROXY": f"http://{host}"}, env_file=None)

        assert faults == ["HTTPS_PROXY must have a valid host and port"]

    def test_a_proxy_may_ask_for_a_password(self) -> None:
        assert read_settings({"HTTPS_PROXY": "http://me:password@proxy.example:3128"}, env_file=None)[1] == []

    @pytest.mark.parametrize("text", ["no certificate", "č", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    def test_authorities_that_cannot_be_read_are_a_fault(self, text: str) -> None:
        _settings, faults = read_settings({"VENDOR_CA": text}, env_file=None)

        assert faults == ["VENDOR_CA: must hold certificates as PEM text"]

    def test_authorities_may_be_named_in_any_letters(self) -> None:
        bundle = "# Vystavitel: Firemní kořenová autorita\n" + Path(certifi.where()).read_text(encoding="utf-8")

        assert read_settings({"VENDOR_CA": bundle}, env_file=None)[1] == []


class TestEnvironment:
    def test_bytes_that_are_no_text_are_a_fault(self) -> None:
        secret = (b"\xff" * 40).decode(errors="surrogateescape")  # as `os.environ` decodes them

        assert (
            "HOST_JWT_SECRET must be UTF-8 text"
            in read_settings(BY_SECRET | {"HOST_JWT_SECRET": secret}, env_file=None)[1]
        )


class TestFiles:
    def test_env_file_in_another_encoding_is_reported_with_the_other_faults(self, tmp_path: Path) -> None:
        env_file = tmp_path / "latin.env"
        env_file.write_bytes("# café\nHUBSPOT_CLIENT_ID=id\n".encode("latin-1"))

        _, faults = read_settings({"PUBLIC_URL": "nowhere"}, env_file=env_file)

        assert [fault.split()[0] for fault in faults] == ["latin.env", "PUBLIC_URL:"]

    def test_byte_order_mark_is_no_part_of_a_secret(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("of-the-app", encoding="utf-8-sig")

        settings, _ = read_settings({"HUBSPOT_CLIENT_SECRET_FILE": str(secret)}, env_file=None)

        assert settings.hubspot_client_secret.get_secret_value() == "of-the-app"
