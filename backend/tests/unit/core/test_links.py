import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.links import vendor_host, vendor_url

DOMAINS = ("notion.so", "notion.com")


@pytest.mark.parametrize("host", ["notion.so", "www.notion.so", "APP.Notion.com"])
def test_a_host_of_the_vendor_is_one(host: str) -> None:
    assert vendor_host(host, DOMAINS) == host.lower()


@pytest.mark.parametrize(
    "host",
    [
        *(None, "", "evil.example", "notion.so.evil.example", "evilnotion.so", ".notion.so", "a..notion.so"),
        *(
            'evil.example/"><script>.notion.so',
            "x@notion.so",
            "notion.so:8443",
            "notion.so/",
            "-.notion.so",
            "ñ.notion.so",
        ),
    ],
)
def test_any_other_is_none(host: str | None) -> None:
    assert vendor_host(host, DOMAINS) is None


@pytest.mark.parametrize(
    "url", ["https://www.notion.so/Page-1", "https://app.notion.com/p/1?v=2#x", "HTTPS://notion.so"]
)
def test_an_address_on_the_vendors_hosts_stays_as_it_is(url: str) -> None:
    assert vendor_url(url, DOMAINS) == url


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "javascript:alert(1)", "data:text/html,x", "//notion.so/x", "/x", "http://notion.so/x"),
        *("https://evil.example/notion.so", "https://notion.so@evil.example/", "https://x:y@notion.so/", "https://["),
        *("https://notion.so:444/", "https://evil.example\\\\.notion.so/", "https://notion.so/\n", "java\tscript:x"),
        *('https://notion.so/"><script>', " https://notion.so/"),
    ],
)
def test_any_other_address_is_no_link(url: str | None) -> None:
    assert vendor_url(url, DOMAINS) is None


@given(st.text())
def test_any_text_is_checked_without_an_error(text: str) -> None:
    assert vendor_url(f"https://{text}", DOMAINS) in {None, f"https://{text}"}
    assert vendor_host(text, DOMAINS) in {None, text.lower()}
