"""Who a request is from, where there is a sign-in: tokens of the host application, and sessions made from them."""

import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import jwt
import pytest
import redis
import structlog
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fastapi.routing import APIRoute

from routes.app import ROUTERS
from routes.auth.principal import SESSION_COOKIE, get_form_principal, get_principal
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
    "receive_hubspot_webhook": "HubSpot's signature proves who sent it",
}


def claims(**changes: Any) -> dict[str, Any]:
    """Good ones; None leaves a claim out."""
    good = {
        "iss": "https://host.example",
        "aud": "integrations",
        "sub": "ann",
        "org_id": "acme",
        "exp": int(time.time()) + 300,
        "jti": uuid.uuid4().hex,
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
                path = route.path_format.format(
                    provider="hubspot",
                    flow_id="f",
                    connection_id="c",
                    code="c",
                    run_id="r",
                    item_id="i",
                    endpoint_id="e",
                )
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
            assert 0 < client.ttl(keys[0]) <= 3_600
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
        # "cookies" would sign the user out of the host application, too: it clears the whole domain's.
        assert answer.headers["clear-site-data"] == '"storage"'
        api.cookies[SESSION_COOKIE] = copy
        problem(await api.get(CREDENTIALS), 401, "token_expired")

    async def test_the_same_user_signing_in_again_replaces_it(self, api: Api) -> None:
        await sign_in(api)
        before = api.cookies[SESSION_COOKIE]

        await sign_in(api)

        api.cookies[SESSION_COOKIE] = before
        problem(await api.get(CREDENTIALS), 401, "token_expired")

    async def test_it_begins_with_a_good_token_only(self, api: Api) -> None:
        problem(await api.http.post("/session"), 401, "unauthenticated")
        problem(await api.http.post("/session", headers=bearer("x")), 401, "token_invalid")

    async def test_local_mode_has_none(self, open_api: OpenApi) -> None:
        async with open_api() as local:
            problem(await local.http.post("/session"), 401, "unauthenticated")

    async def test_signing_out_everywhere_ends_all_of_this_user_and_no_others(self, api: Api) -> None:
        browsers = [await cookie_of(api) for _ in range(3)]
        other = await cookie_of(api, sub="bob")
        api.cookies[SESSION_COOKIE] = browsers[0]

        assert (await api.http.delete("/session?all=true", headers=WRITE)).status_code == 204

        for ended in browsers:
            problem(await get_with(api, ended), 401, "token_expired")
        assert (await get_with(api, other)).status_code == 200

    async def test_a_host_can_end_all_sessions_of_its_user(self, api: Api) -> None:
        browser = await cookie_of(api)

        assert (await api.http.delete("/session?all=true", headers=bearer())).status_code == 204

        problem(await get_with(api, browser), 401, "token_expired")

    async def test_of_eleven_the_oldest_ends(self, api: Api) -> None:
        browsers = [await cookie_of(api) for _ in range(11)]

        answers = [await get_with(api, browser) for browser in browsers]

        assert [answer.status_code for answer in answers] == [401] + [200] * 10

    async def test_a_user_who_signs_in_too_often_is_slowed_down_and_others_are_not(self, api: Api) -> None:
        for _ in range(30):
            await cookie_of(api)

        body = problem(await api.http.post("/session", headers=bearer()), 429, "rate_limited")

        assert 0 < body["retry_after"] <= 60
        assert (await sign_in(api, sub="bob"))["user_id"] == "bob"

    async def test_a_sign_in_that_is_refused_for_now_leaves_its_token_usable(self, api: Api, redis_url: str) -> None:
        for _ in range(30):
            await cookie_of(api)
        waiting = bearer()
        problem(await api.http.post("/session", headers=waiting), 429, "rate_limited")
        with redis.Redis.from_url(redis_url) as client:
            client.delete(*client.scan_iter("sign_ins:*"))  # the minute is over

        answer = await api.http.post("/session", headers=waiting)

        assert answer.status_code == 200, answer.text

    @pytest.mark.parametrize(("headers", "via"), [({}, "session"), ("bearer", "host_jwt")])
    async def test_it_can_be_asked_who_is_signed_in(self, api: Api, headers: Any, via: str) -> None:
        if via == "session":
            await sign_in(api)

        answer = await api.get("/session", bearer() if headers else None)

        assert answer.json() == {"user_id": "ann", "org_id": "acme", "via": via, "host_origins": []}

    async def test_asking_whom_a_token_would_sign_in_does_not_use_it(self, open_api: OpenApi) -> None:
        origins = "https://host.example https://other.example"
        async with open_api(**PRODUCTION, host_jwt_secret=SECRET, host_origins=origins) as api:
            token = bearer(jti="asked")
            asked = await api.get("/session", token)

            assert asked.json()["host_origins"] == origins.split()
            assert (await api.http.post("/session", headers=token)).status_code == 200

    async def test_in_local_mode_nobody_signs_in(self, open_api: OpenApi) -> None:
        async with open_api() as local:
            session = await local.json("/session")

        assert session == {"user_id": "TestUser", "org_id": "TestOrg", "via": "local", "host_origins": []}


class TestSealedSession:
    """Somebody who can write to Redis cannot make, copy or prolong a session."""

    @pytest.mark.parametrize(
        "value", ['["acme","ann"]', "", "v1.k1.forged", "v1.unknown.forged", "v2.k1.x", "\u00fc", b"\xff\xfe"]
    )
    async def test_a_hand_made_one_is_refused(
        self, api: Api, redis_url: str, value: str | bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with redis.Redis.from_url(redis_url) as client:
            client.set(f"session:{hashlib.sha256(b'chosen').hexdigest()}", value, ex=600)

        answer = await get_with(api, "chosen")

        problem(answer, 401, "token_invalid")
        assert "integrity_failure" in capsys.readouterr().out

    async def test_one_copied_from_another_key_is_refused(self, api: Api, redis_url: str) -> None:
        cookie = await cookie_of(api)
        with redis.Redis.from_url(redis_url) as client:
            client.copy(f"session:{hashlib.sha256(cookie.encode()).hexdigest()}", forged_key := f"session:{_DIGEST}")
            assert client.exists(forged_key)

        problem(await get_with(api, "chosen"), 401, "token_invalid")
        assert (await get_with(api, cookie)).status_code == 200

    async def test_it_does_not_finish_a_flow_either(self, api: Api, redis_url: str) -> None:
        url = await start_by_form(api)
        api.cookies.clear()
        with redis.Redis.from_url(redis_url) as client:
            client.set(f"session:{_DIGEST}", '["acme","ann"]', ex=600)
        api.cookies[SESSION_COOKIE] = "chosen"

        page = await api.come_back(api.simulator.decide(url))

        assert shown_code(page) == "oauth_state_unbound"


_DIGEST = hashlib.sha256(b"chosen").hexdigest()


class TestLinksThatSignIn:
    """`/#token=…` can be sent by anybody: it never changes silently who is signed in, and works once."""

    async def test_another_users_session_is_kept_and_both_are_named(self, api: Api) -> None:
        await sign_in(api)
        before = api.cookies[SESSION_COOKIE]

        answer = await api.http.post("/session", headers=bearer(sub="mallory", org_id="evil"))

        body = problem(answer, 409, "session_conflict")
        assert body["current"] == {"user_id": "ann", "org_id": "acme"}
        assert body["requested"] == {"user_id": "mallory", "org_id": "evil"}
        assert "set-cookie" not in answer.headers
        assert api.cookies[SESSION_COOKIE] == before
        assert (await api.json("/session"))["user_id"] == "ann"

    @pytest.mark.parametrize("changes", [{"sub": "bob"}, {"org_id": "other"}])
    async def test_it_is_replaced_when_the_request_says_so(self, api: Api, changes: dict[str, str]) -> None:
        await sign_in(api)
        before = api.cookies[SESSION_COOKIE]
        headers = bearer(**changes)
        problem(await api.http.post("/session", headers=headers), 409, "session_conflict")

        answer = await api.http.post("/session?replace=true", headers=headers)

        assert answer.json().items() >= changes_named(changes).items()
        problem(await get_with(api, before), 401, "token_expired")

    async def test_both_leave_an_audit_line(self, api: Api) -> None:
        with structlog.testing.capture_logs() as captured:
            await sign_in(api)
            await api.http.post("/session", headers=bearer(sub="mallory"))

        lines = [(line["outcome"], line.get("user_id")) for line in captured if line["event"] == "sign_in"]
        assert lines == [("succeeded", "ann"), ("refused", None)]

    async def test_a_session_that_is_over_is_in_nobodys_way(self, api: Api) -> None:
        api.cookies[SESSION_COOKIE] = "over"

        assert (await sign_in(api, sub="bob"))["user_id"] == "bob"

    @pytest.mark.parametrize("jti", ["once", None, "", "half \ud83d"])
    async def test_a_token_opens_one_session(self, api: Api, jti: str | None) -> None:
        headers = bearer(jti=jti)
        assert (await api.http.post("/session", headers=headers)).status_code == 200
        api.cookies.clear()

        body = problem(await api.http.post("/session", headers=headers), 401, "token_invalid")

        assert "already been used" in body["detail"]
        assert SESSION_COOKIE not in api.cookies

    async def test_a_jti_counts_whatever_else_the_token_says(self, api: Api) -> None:
        assert (await api.http.post("/session", headers=bearer(jti="one", nbf=1))).status_code == 200

        problem(await api.http.post("/session", headers=bearer(jti="one", nbf=2)), 401, "token_invalid")
        assert (await api.http.post("/session", headers=bearer(jti="two"))).status_code == 200

    async def test_another_users_jti_is_another_one(self, api: Api) -> None:
        """A host that numbers its tokens for each user."""
        await sign_in(api, jti="1")
        api.cookies.clear()

        assert (await sign_in(api, sub="bob", jti="1"))["user_id"] == "bob"

    async def test_it_stays_good_for_calls_of_the_api(self, api: Api) -> None:
        headers = bearer()
        await api.http.post("/session", headers=headers)
        api.cookies.clear()

        assert [(await api.get(CREDENTIALS, headers)).status_code for _ in range(2)] == [200, 200]

    async def test_what_is_remembered_of_it_ends_with_it(self, api: Api, redis_url: str) -> None:
        await sign_in(api, exp=int(time.time()) + 100)

        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            [key] = client.scan_iter("host_token:*")
            assert 100 <= client.ttl(key) <= 111

    @pytest.mark.parametrize("jti", [7, ["x"], {}])
    async def test_a_jti_that_is_no_text_is_named(self, api: Api, jti: Any) -> None:
        body = problem(await api.http.post("/session", headers=bearer(jti=jti)), 401, "token_invalid")

        assert "`jti`" in body["detail"]


def changes_named(changes: dict[str, str]) -> dict[str, str]:
    return {{"sub": "user_id"}.get(name, name): value for name, value in changes.items()}


async def cookie_of(api: Api, **changes: Any) -> str:
    """A session in a browser of its own."""
    api.cookies.clear()
    await sign_in(api, **changes)
    return api.cookies.pop(SESSION_COOKIE)


async def get_with(api: Api, session: str) -> httpx.Response:
    return await api.get(CREDENTIALS, {"Cookie": f"{SESSION_COOKIE}={session}"})


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
