"""What is said of settings that cannot be used."""

import pytest

from settings import read_settings


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

    def test_authorities_that_cannot_be_read_are_a_fault(self) -> None:
        _settings, faults = read_settings({"VENDOR_CA": "no certificate"}, env_file=None)

        assert faults == ["VENDOR_CA: must hold certificates as PEM text"]
