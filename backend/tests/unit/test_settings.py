"""What is said of settings that cannot be used."""

import pytest

from settings import read_settings


class TestAddresses:
    @pytest.mark.parametrize("value", ["localhost:8000", "app.example", "https://", "https://app .example"])
    def test_one_that_is_none_is_told_by_an_example(self, value: str) -> None:
        _settings, faults = read_settings({"PUBLIC_URL": value}, env_file=None)

        assert "PUBLIC_URL: must be an address such as https://app.example" in faults
