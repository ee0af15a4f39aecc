from ipaddress import ip_address

import pytest

from core.public_http import check_public_url, is_public
from errors import ValidationFailedError


class TestAddresses:
    @pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
    def test_public_ones_may_be_called(self, text: str) -> None:
        assert is_public(ip_address(text))

    @pytest.mark.parametrize(
        "text",
        [
            *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
            *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
            *("::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
            *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
            "2001:0:0:0:0:0:80ff:fffe",
        ],
    )
    def test_private_ones_may_not_in_any_notation(self, text: str) -> None:
        assert not is_public(ip_address(text))


class TestUrls:
    @pytest.mark.parametrize(
        "url", ["https://app.example/hook", "https://app.example:8443/a?b=c", "https://93.184.216.34/"]
    )
    def test_public_https_is_accepted(self, url: str) -> None:
        assert check_public_url(url, allows_local=False) == url

    @pytest.mark.parametrize("url", ["http://localhost:3000/hook", "http://127.0.0.1/", "https://localhost/"])
    def test_localhost_is_accepted_in_local_mode_only(self, url: str) -> None:
        assert check_public_url(url, allows_local=True) == url
        with pytest.raises(ValidationFailedError):
            check_public_url(url, allows_local=False)

    @pytest.mark.parametrize(
        "url",
        [
            *("http://app.example/", "ftp://app.example/", "app.example", "", "https://", "https:///path"),
            *("https://me:secret@app.example/", "https://me@app.example/", "https://app.example/#part"),
            *("https://app.example:0/", "https://app.example:99999/", "https://[::1", "https://app.example/ä"),
            *("https://app.example/a b", "https://app.example/\n", "https://app.example/" + "a" * 2_000),
            *("https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest"),
            *("https://[::ffff:10.0.0.1]/", "https://localhost./", "http://localhost.app.example/"),
        ],
    )
    @pytest.mark.parametrize("allows_local", [False, True])
    def test_anything_else_is_refused(self, url: str, *, allows_local: bool) -> None:
        if allows_local and "127.0.0.1" in url:
            pytest.skip("this machine, in local mode")
        with pytest.raises(ValidationFailedError):
            check_public_url(url, allows_local=allows_local and "[::1]" not in url)
