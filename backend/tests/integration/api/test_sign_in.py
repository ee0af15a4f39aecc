"""Who a request is from, where there is a sign-in: tokens of the host application, and sessions made from them."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import jwt
import pytest
import redis
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi.routing import APIRoute

from routes.app import ROUTERS
from routes.principal import SESSION_COOKIE, get_form_principal, get_principal
from tests.integration.api.client import OWN_FETCH, Api, problem, query_of
from tests.integration.api.conftest import OpenApi
from tests.integration.api.test_connect import shown_code

URL = "https://app.example"
SECRET = "a-shared-secret-that-is-long-enough-for-any-hash-of-the-family-x"
WRITE = {"X-Requested-With": "integrations-ui"}
PRODUCTION = {
    "app_env": "production",
    "public_url": URL,
    "host_jwt_issuer": "https://host.example",
    "host_jwt_audience": "integrations",
    # As the simulated vendor's app has it.
    "hubspot_redirect_uri": "http://localhost:8000/integrations/hubspot/oauth2callback",
}
LOCAL_WITH_SIGN_IN = {
    "host_jwt_issuer": "https://host.example",
    "host_jwt_audience": "integrations",
    "host_jwt_secret": SECRET,
}
CREDENTIALS = "/integrations/hubspot/credentials"

# Answered without a principal, each for its own reason.
OPEN_ROUTES = {
    "livez": "says only that the process answers",
    "readyz": "says only whether Redis answers",
    "get_page": "the page is the same for everybody",
    "get_metrics": "figures without names, for this machine and listed networks only",
    "get_problem_type": "explains codes that are published",
    "oauth2callback": "the state and the flow's cookie prove who began",
    "open_session": "takes the host application's token itself",
}


def claims(**changes: Any) -> dict[str, Any]:
    """Good ones; None leaves a claim out."""
    good = {
        "iss": "https://host.example",
        "aud": "integrations",
        "sub": "ann",
        "org_id": "acme",
        "exp": int(time.time()) + 300,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(key: Any = SECRET, algorithm: str = "HS256", headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers)


def bearer(text: str | None = None, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {text or token(**changes)}"}


@pytest.fixture
async def api(open_api: OpenApi) -> AsyncIterator[Api]:
    """Production with a shared secret."""
    async with open_api(**PRODUCTION, host_jwt_secret=SECRET) as api:
        yield api


async def sign_in(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.http.post("/session", headers=bearer(**changes))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestRoutes:
    def test_each_needs_a_principal_or_is_open_for_a_reason(self) -> None:
        routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]

        without = {route.name for route in routes if not needs_principal(route.dependant)}

        assert without == set(OPEN_ROUTES)
        assert len(routes) >= 15

    async def test_none_of_the_others_answers_a_stranger(self, api: Api) -> None:
        form = {"user_id": (None, "ann"), "credentials": (None, HANDLE)}
        for router in ROUTERS:
            for route in router.routes:
                if not isinstance(route, APIRoute) or route.name in OPEN_ROUTES:
                    continue
                path = route.path.format(provider="hubspot", flow_id="f", connection_id="c", code="c")
                method = next(iter(route.methods or ()))

                answer = await api.http.request(method, path, files=form if method == "POST" else None)

                problem(answer, 401, "unauthenticated")
                assert answer.headers["www-authenticate"] == "Bearer"


HANDLE = (
    '{"connection_id":"c","provider":"hubspot","status":"connected","user_id":"ann","org_id":"acme",'
    '"portal_id":"1","portal_name":null}'
)


def needs_principal(dependant: Any) -> bool:
    asks = {"get_handle_principal", get_principal.__name__, get_form_principal.__name__}
    return getattr(dependant.call, "__name__", "") in asks or any(map(needs_principal, dependant.dependencies))


class TestToken:
    async def test_a_good_one_says_who_asks(self, api: Api) -> None:
        assert (await api.get(CREDENTIALS, bearer())).status_code == 200

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://evil.example"},
            {"iss": None},
            {"aud": "another"},
            {"aud": None},
            {"sub": None},
            {"sub": 7},
            {"sub": ""},
            {"sub": "line\nbreak"},
            {"sub": "half \ud83d"},
            {"sub": "x" * 201},
            {"org_id": None},
            {"org_id": ["acme"]},
            {"org_id": "\udc00 half"},
            {"exp": None},
            {"exp": 9_999_999_999},
            {"exp": float("inf")},
            {"exp": "tomorrow"},
            {"nbf": 9_999_999_999},
            {"key": "another-" + SECRET},
        ],
        ids=str,
    )
    async def test_any_claim_or_key_that_is_not_as_agreed_refuses_it(self, api: Api, changes: dict[str, Any]) -> None:
        problem(await api.get(CREDENTIALS, bearer(**changes)), 401, "token_invalid")

    @pytest.mark.parametrize(
        ("claim", "value"), [("iss", "x"), ("aud", "x"), ("sub", 7), ("org_id", None), ("exp", None)]
    )
    async def test_whoever_holds_the_key_is_told_which_claim_is_wrong(self, api: Api, claim: str, value: Any) -> None:
        body = problem(await api.get(CREDENTIALS, bearer(**{claim: value})), 401, "token_invalid")
        forged = problem(
            await api.get(CREDENTIALS, bearer(key="another-" + SECRET, **{claim: value})), 401, "token_invalid"
        )

        assert f"`{claim}`" in body["detail"]
        assert f"`{claim}`" not in forged["detail"]

    @pytest.mark.parametrize("claim", ["nbf", "iat"])
    async def test_one_dated_ahead_of_our_clock_says_so(self, api: Api, claim: str) -> None:
        changes: dict[str, Any] = {claim: int(time.time()) + 60}

        body = problem(await api.get(CREDENTIALS, bearer(**changes)), 401, "token_invalid")

        assert "clock" in body["detail"]

    async def test_one_signed_by_another_key_says_so(self, api: Api) -> None:
        body = problem(await api.get(CREDENTIALS, bearer(key="another-" + SECRET)), 401, "token_invalid")

        assert "signature" in body["detail"]

    async def test_one_that_is_over_says_so(self, api: Api) -> None:
        problem(await api.get(CREDENTIALS, bearer(exp=int(time.time()) - 60)), 401, "token_expired")

    async def test_another_algorithm_than_the_pinned_one_is_refused(self, api: Api) -> None:
        unsigned = jwt.encode(claims(), "", "none")
        for text in (unsigned, token(algorithm="HS384"), token(algorithm="HS512")):
            problem(await api.get(CREDENTIALS, bearer(text)), 401, "token_invalid")

    @pytest.mark.parametrize(
        "header",
        [b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"Bearer a.b", b"Bearer \xfc", b"Bearer a.b.c", b"nonsense"],
    )
    async def test_a_header_that_is_none_is_refused_and_not_ignored(self, api: Api, header: bytes) -> None:
        answer = await api.http.get(CREDENTIALS, headers=[(b"Authorization", header)])

        problem(answer, 401, "token_invalid")

    async def test_two_at_once_are_one_too_many(self, api: Api) -> None:
        twice = [("Authorization", bearer()["Authorization"])] * 2

        problem(await api.http.get(CREDENTIALS, headers=twice), 400, "ambiguous_credentials")

    @pytest.mark.parametrize("query", [{"user_id": "bob"}, {"org_id": "other"}])
    async def test_ids_in_the_request_are_only_compared(self, api: Api, query: dict[str, str]) -> None:
        same = await api.get(CREDENTIALS, bearer(), user_id="ann", org_id="acme")

        assert same.status_code == 200
        problem(await api.get(CREDENTIALS, bearer(), **query), 403, "identity_mismatch")

    async def test_a_handle_of_somebody_else_is_compared_too(self, api: Api) -> None:
        form = {"credentials": (None, HANDLE.replace("ann", "bob"))}

        problem(
            await api.http.post("/integrations/hubspot/load", files=form, headers=bearer()), 403, "identity_mismatch"
        )

    async def test_what_one_user_connects_another_does_not_see(self, api: Api) -> None:
        await connect_by_form(api)

        mine = (await api.get(CREDENTIALS, bearer())).json()
        others = (await api.get(CREDENTIALS, bearer(sub="bob"))).json()

        assert (len(mine["connections"]), len(others["connections"])) == (1, 0)


async def start_by_form(api: Api, provider: str = "hubspot", **changes: Any) -> str:
    """The consent page's address, requested on the stock UI's form route with a host token."""
    path = f"/integrations/{provider}/authorize"
    answer = await api.http.post(path, files={"x": (None, "")}, headers=bearer(**changes))
    assert answer.status_code == 200, answer.text
    return str(answer.json())


async def connect_by_form(api: Api) -> str:
    """The callback page of an attempt that began and ended in the same browser."""
    page = await api.come_back(api.simulator.decide(await start_by_form(api)))
    assert page.status_code == 200, page.text
    return page.text


class TestKeySets:
    @pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
    async def test_each_kind_of_key_verifies_its_own_tokens(self, open_api: OpenApi, algorithm: str) -> None:
        key, published = KEYS[algorithm]
        async with open_api(**PRODUCTION, host_jwt_jwks=key_set(published)) as api:
            good = token(key, algorithm, {"kid": algorithm})
            answers = [await api.get(CREDENTIALS, bearer(text)) for text in (good, token(key, algorithm))]

            assert [answer.status_code for answer in answers] == [200, 200]
            unknown = problem(
                await api.get(CREDENTIALS, bearer(token(key, algorithm, {"kid": "other"}))), 401, "token_invalid"
            )
            assert "`kid`" in unknown["detail"]

    async def test_a_public_key_is_no_shared_secret(self, open_api: OpenApi) -> None:
        """The classic confusion: HS256 over the published key."""
        _, published = KEYS["RS256"]
        async with open_api(**PRODUCTION, host_jwt_jwks=key_set(published)) as api:
            forged = token(published["n"], headers={"kid": "RS256"})

            problem(await api.get(CREDENTIALS, bearer(forged)), 401, "token_invalid")


def _published(kid: str, algorithm: Any, key: Any) -> dict[str, Any]:
    entry: dict[str, Any] = algorithm.to_jwk(key.public_key(), as_dict=True)
    return entry | {"kid": kid, "use": "sig"}


def key_set(*entries: dict[str, Any]) -> str:
    return json.dumps({"keys": entries})


_ED, _EC = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
_RSA = rsa.generate_private_key(65_537, 2_048)
KEYS: Mapping[str, tuple[Any, dict[str, Any]]] = {
    "EdDSA": (_ED, _published("EdDSA", jwt.algorithms.OKPAlgorithm, _ED)),
    "ES256": (_EC, _published("ES256", jwt.algorithms.ECAlgorithm, _EC)),
    "RS256": (_RSA, _published("RS256", jwt.algorithms.RSAAlgorithm, _RSA)),
}


class TestSession:
    async def test_a_token_is_traded_for_a_cookie_that_only_the_browser_holds(self, api: Api) -> None:
        answer = await api.http.post("/session", headers=bearer())

        cookie = answer.headers["set-cookie"]
        assert answer.json() == {"user_id": "ann", "org_id": "acme", "expires_in": 28_800}
        assert cookie.startswith(f"{SESSION_COOKIE}=")
        for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=28800"):
            assert attribute in cookie
        assert "Domain" not in cookie
        assert (await api.get(CREDENTIALS)).status_code == 200

    async def test_redis_does_not_know_the_cookie(self, api: Api, redis_url: str) -> None:
        await sign_in(api)

        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            keys = [str(key) for key in client.scan_iter("session:*")]
            assert len(keys) == 1
            assert 0 < client.ttl(keys[0]) <= 28_800
            assert api.cookies[SESSION_COOKIE] not in keys[0] + str(client.get(keys[0]))

    async def test_a_write_needs_the_header_only_our_page_can_send(self, api: Api) -> None:
        await sign_in(api)

        problem(await api.delete(f"{CREDENTIALS}/x", OWN_FETCH), 403, "csrf_rejected")
        problem(await api.delete(f"{CREDENTIALS}/x", OWN_FETCH | WRITE), 404, "not_found")

    async def test_a_token_beside_it_is_ambiguous(self, api: Api) -> None:
        await sign_in(api)

        problem(await api.get(CREDENTIALS, bearer()), 400, "ambiguous_credentials")

    async def test_one_that_never_was_is_refused(self, api: Api) -> None:
        api.cookies[SESSION_COOKIE] = "invented"

        problem(await api.get(CREDENTIALS), 401, "token_expired")

    async def test_signing_out_ends_it_for_every_copy(self, api: Api) -> None:
        await sign_in(api)
        copy = api.cookies[SESSION_COOKIE]

        answer = await api.delete("/session", WRITE)

        assert answer.status_code == 204
        assert SESSION_COOKIE not in api.cookies
        api.cookies[SESSION_COOKIE] = copy
        problem(await api.get(CREDENTIALS), 401, "token_expired")

    async def test_signing_in_anew_replaces_it(self, api: Api) -> None:
        await sign_in(api)
        before = api.cookies[SESSION_COOKIE]

        assert (await sign_in(api, sub="bob"))["user_id"] == "bob"

        api.cookies[SESSION_COOKIE] = before
        problem(await api.get(CREDENTIALS), 401, "token_expired")

    async def test_it_begins_with_a_good_token_only(self, api: Api) -> None:
        problem(await api.http.post("/session"), 401, "unauthenticated")
        problem(await api.http.post("/session", headers=bearer("x")), 401, "token_invalid")

    async def test_local_mode_has_none(self, open_api: OpenApi) -> None:
        async with open_api() as local:
            problem(await local.http.post("/session"), 401, "unauthenticated")


class TestFlowsOfSessions:
    async def test_a_session_connects_in_its_own_browser(self, api: Api) -> None:
        await sign_in(api)
        started = await api.start()

        page = await api.come_back(api.simulator.decide(started["authorization_url"]))

        assert page.status_code == 200
        assert (await api.json(CREDENTIALS))["status"] == "connected"

    async def test_the_stock_form_cannot_be_used_with_a_session(self, api: Api) -> None:
        await sign_in(api)
        headers = WRITE | OWN_FETCH

        answer = await api.http.post("/integrations/hubspot/authorize", files={"x": (None, "")}, headers=headers)

        problem(answer, 403, "forbidden")

    async def test_a_callback_in_somebody_elses_browser_is_refused_before_the_code_is_spent(self, api: Api) -> None:
        await sign_in(api)
        started = await api.start()
        callback = api.simulator.decide(started["authorization_url"])
        api.cookies.pop(SESSION_COOKIE)
        await sign_in(api, sub="bob")

        page = await api.come_back(callback)

        assert page.status_code == 403
        assert "session_mismatch" in page.text
        assert api.simulator.log("/token$") == []

    async def test_a_session_that_is_over_does_not_lose_the_attempt(self, api: Api) -> None:
        await sign_in(api)
        started = await api.start()
        callback = api.simulator.decide(started["authorization_url"])
        api.cookies[SESSION_COOKIE] = "over"

        assert (await api.come_back(callback)).status_code == 200


class TestWhoMayFinish:
    """A host token alone binds a flow to nobody: the flow cookie or a session of the same owner must be there."""

    @pytest.mark.parametrize(
        ("provider", "method", "query"),
        [
            ("hubspot", "POST", {}),
            ("airtable", "POST", {}),
            ("notion", "POST", {}),
            ("hubspot", "GET", {}),
            ("airtable", "GET", {}),
            ("notion", "GET", {}),
            ("hubspot", "GET", {"return_to": "/?type=deals"}),
            ("hubspot", "GET", {"scope": "tickets"}),
        ],
    )
    @pytest.mark.parametrize(
        ("victim", "status", "code"), [(None, 400, "oauth_state_unbound"), ("bob", 403, "session_mismatch")]
    )
    async def test_a_flow_of_another_user_is_refused_before_the_code_is_spent(
        self, api: Api, provider: str, method: str, query: dict[str, str], victim: str | None, status: int, code: str
    ) -> None:
        path, form = f"/integrations/{provider}/authorize", {"x": (None, "")} if method == "POST" else None
        headers = {"Accept": "application/json", **bearer(sub="mallory")}
        begun = await api.http.request(method, path, params=query, files=form, headers=headers)
        url = begun.json() if method == "POST" else begun.json()["authorization_url"]
        api.cookies.clear()
        if victim:
            await sign_in(api, sub=victim)

        callback = f"/integrations/{provider}/oauth2callback?state={query_of(url)['state']}&code=of-the-victim"
        page = await api.come_back(callback)

        assert (page.status_code, shown_code(page)) == (status, code)
        assert api.simulator.log("/token$") == []

    async def test_the_browser_that_called_the_form_route_may(self, api: Api) -> None:
        url = await start_by_form(api)

        assert (await api.come_back(api.simulator.decide(url))).status_code == 200

    async def test_a_session_of_the_same_owner_may(self, api: Api) -> None:
        """The host's server begins with a token; its user's browser was signed in here before."""
        url = await start_by_form(api)
        api.cookies.clear()
        await sign_in(api)

        assert (await api.come_back(api.simulator.decide(url))).status_code == 200

    async def test_a_session_of_the_same_user_id_in_another_organization_may_not(self, api: Api) -> None:
        url = await start_by_form(api)
        api.cookies.clear()
        await sign_in(api, org_id="other")

        page = await api.come_back(api.simulator.decide(url))

        assert shown_code(page) == "session_mismatch"

    async def test_a_session_that_is_over_may_not(self, api: Api) -> None:
        url = await start_by_form(api)
        api.cookies.clear()
        api.cookies[SESSION_COOKIE] = "over"

        page = await api.come_back(api.simulator.decide(url))

        assert shown_code(page) == "oauth_state_unbound"
        assert api.simulator.log("/token$") == []

    async def test_the_same_holds_in_local_mode_with_a_sign_in(self, open_api: OpenApi) -> None:
        async with open_api(**LOCAL_WITH_SIGN_IN) as api:
            url = await start_by_form(api, sub="mallory")
            api.cookies.clear()

            page = await api.come_back(api.simulator.decide(url))

            assert shown_code(page) == "oauth_state_unbound"


class TestProduction:
    async def test_the_description_is_not_published(self, api: Api) -> None:
        for path in ("/docs", "/openapi.json"):
            problem(await api.get(path), 404, "not_found")

    async def test_no_other_origin_is_let_in(self, api: Api) -> None:
        headers = {"Origin": "http://localhost:3000", **bearer()}

        answer = await api.get(CREDENTIALS, headers)

        assert "access-control-allow-origin" not in answer.headers

    async def test_a_proxy_in_front_is_no_matter(self, api: Api) -> None:
        headers = {"Host": "app.example", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

        assert (await api.get("/livez", headers)).status_code == 200

    async def test_a_proxy_on_this_machine_does_not_hand_out_the_metrics(self, api: Api) -> None:
        assert (await api.get("/metrics")).status_code == 200

        for name in ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"):
            problem(await api.get("/metrics", {name: "203.0.113.9"}), 404, "not_found")
