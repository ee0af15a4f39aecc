"""What a sync does next, from its state and the time alone."""

from errors import ReconnectRequiredError, UpstreamUnavailableError
from sync.schedule import (
    ENDED,
    POLL_FIRST_S,
    POLL_LONGEST_S,
    POLL_WITH_SIGNALS_S,
    Step,
    backoff_s,
    next_step,
    poll_interval_s,
    reconcile,
    revive,
    suspend,
)
from sync.state import Fault, Load, Progress, Requested, Run, Sync, TypeState, Wanted

NOW = 1_000_000_000


def live(**more: object) -> TypeState:
    """A small type that has nothing due for a while."""
    values = {"total": 10, "watermark": "2026-11-24T03:00:00+00:00", "verify_at_ms": NOW + 600_000}
    return TypeState(phase="live", **{**values, **more})  # type: ignore[arg-type]


def sync(*requested: Requested, poll_at_ms: int = NOW + 60_000, **progress: object) -> Sync:
    types = progress.setdefault("types", {"contacts": live()})
    wanted = Wanted(types={name: name for name in types})  # type: ignore[attr-defined]
    return Sync(wanted=wanted, progress=Progress(poll_at_ms=poll_at_ms, **progress), requested=list(requested))  # type: ignore[arg-type]


class TestNextStep:
    def test_a_new_type_is_loaded_at_once(self) -> None:
        assert next_step(sync(types={"contacts": TypeState()}), NOW) == Step("load", ("contacts",), 0)

    def test_what_is_not_due_names_its_time(self) -> None:
        assert next_step(sync(), NOW) == Step("poll", ("contacts",), NOW + 60_000)

    def test_a_due_poll_goes_before_a_load_of_another_type(self) -> None:
        state = sync(types={"contacts": live(), "deals": TypeState()}, poll_at_ms=NOW - 1)

        assert next_step(state, NOW) == Step("poll", ("contacts",), NOW - 1)

    def test_a_load_that_was_interrupted_goes_on(self) -> None:
        load = Load(object_types=("deals",), began_ms=1, resume="here")

        step = next_step(sync(types={"contacts": live(), "deals": TypeState()}, load=load), NOW)

        assert step == Step("load", ("deals",), 0)

    def test_a_load_that_failed_for_some_types_waits_with_them(self) -> None:
        load = Load(object_types=("contacts", "deals"), began_ms=1, ended=["contacts"])
        types = {"contacts": live(), "deals": TypeState(phase="paused", retry_at_ms=NOW + 10)}

        assert next_step(sync(types=types, load=load), NOW) == Step("load", ("deals",), NOW + 10)

    def test_a_load_that_was_interrupted_waits_while_all_of_its_types_do(self) -> None:
        load = Load(object_types=("contacts", "deals"), began_ms=1)
        waits = {
            "contacts": TypeState(phase="paused", retry_at_ms=NOW + 10),
            "deals": TypeState(phase="paused", retry_at_ms=NOW + 20),
        }

        paused, partly = sync(types=waits, load=load), sync(types=waits | {"deals": TypeState()}, load=load)

        assert next_step(paused, NOW) == Step("load", ("contacts", "deals"), NOW + 10)
        assert next_step(partly, NOW) == Step("load", ("contacts", "deals"), 0)

    def test_what_somebody_asked_for_goes_first(self) -> None:
        wish = Requested(run_id="r1", kind="verify", at_ms=NOW)

        step = next_step(sync(wish, poll_at_ms=NOW - 1), NOW)

        assert step == Step("verify", ("contacts",), NOW, "r1")

    def test_a_due_poll_goes_before_the_next_step_of_a_requested_load(self) -> None:
        wish = Requested(run_id="r1", kind="load", at_ms=NOW - 90_000)
        begun = Run(run_id="r1", kind="load", object_types=("contacts",), began_ms=NOW - 80_000)

        state = sync(wish, running={"load": begun}, poll_at_ms=NOW - 1)

        assert next_step(state, NOW) == Step("poll", ("contacts",), NOW - 1)

    def test_a_requested_load_reads_all_types(self) -> None:
        wish = Requested(run_id="r1", kind="load", at_ms=NOW)

        step = next_step(sync(wish, types={"contacts": live(), "deals": TypeState(phase="paused")}), NOW)

        assert step == Step("load", ("contacts", "deals"), NOW, "r1")

    def test_a_requested_poll_waits_until_there_is_a_loaded_type(self) -> None:
        wish = Requested(run_id="r1", kind="poll", at_ms=NOW)

        assert next_step(sync(wish, types={"contacts": TypeState()}), NOW) == Step("load", ("contacts",), 0)

    def test_a_run_for_one_type_leaves_the_others_alone(self) -> None:
        wish = Requested(run_id="r1", kind="verify", at_ms=NOW, object_types=("deals",))

        step = next_step(sync(wish, types={"contacts": live(), "deals": live()}), NOW)

        assert step == Step("verify", ("deals",), NOW, "r1")

    def test_nothing_is_due_before_the_pause_after_a_failure_ends(self) -> None:
        step = next_step(sync(poll_at_ms=NOW - 1, retry_at_ms=NOW + 5_000), NOW)

        assert step == Step("poll", ("contacts",), NOW + 5_000)

    def test_large_types_are_counted_and_small_ones_are_not(self) -> None:
        state = sync(types={"contacts": live(total=50_000, count_at_ms=NOW), "deals": live(count_at_ms=NOW)})

        assert next_step(state, NOW) == Step("counts", ("contacts",), NOW)

    def test_the_type_that_waits_longest_is_verified_first(self) -> None:
        state = sync(types={"contacts": live(verify_at_ms=NOW - 5), "deals": live(verify_at_ms=NOW - 9)})

        assert next_step(state, NOW) == Step("verify", ("deals",), NOW - 9)

    def test_a_paused_type_is_tried_again_and_does_not_hold_up_others(self) -> None:
        paused = TypeState(phase="paused", retry_at_ms=NOW + 10_000)

        step = next_step(sync(types={"contacts": live(), "tickets": paused}), NOW)

        assert step == Step("load", ("tickets",), NOW + 10_000)


class TestRevive:
    def test_a_pause_that_is_over_ends(self) -> None:
        state = sync(types={"contacts": live(), "tickets": TypeState(phase="paused", retry_at_ms=NOW)})

        revive(state.progress, NOW, scopes=())

        assert state.progress.types["tickets"].phase == "loading"

    def test_new_scopes_end_every_pause(self) -> None:
        state = sync(types={"tickets": TypeState(phase="paused", retry_at_ms=NOW + 99_000)})

        revive(state.progress, NOW, scopes=("tickets",))

        assert state.progress.types["tickets"].phase == "loading"

    def test_a_reconnected_account_has_no_error_while_its_first_run_lasts(self) -> None:
        state = sync(types={"contacts": TypeState()})
        suspend(state.progress, Fault.from_error(ReconnectRequiredError(), NOW))

        revive(state.progress, NOW, scopes=())

        assert (state.progress.fault, state.progress.types["contacts"].fault) == (None, None)

    def test_the_error_of_the_last_run_stays_until_one_succeeds(self) -> None:
        fault = Fault.from_error(UpstreamUnavailableError(), NOW)
        state = sync(fault=fault)

        revive(state.progress, NOW, scopes=("tickets",))

        assert state.progress.fault == fault

    def test_a_type_that_was_loaded_before_is_polled_not_loaded_again(self) -> None:
        state = sync(types={"contacts": live(retry_at_ms=NOW)})
        state.progress.types["contacts"].phase = "reconnect_required"

        revive(state.progress, NOW, scopes=())

        assert (state.progress.types["contacts"].phase, state.progress.poll_at_ms) == ("live", 0)

    def test_what_was_deleted_during_a_pause_is_looked_for_after_the_poll(self) -> None:
        state = sync(types={"tickets": live(retry_at_ms=NOW)})
        state.progress.types["tickets"].phase = "paused"
        revive(state.progress, NOW, scopes=())
        poll = next_step(state, NOW)
        state.progress.poll_at_ms = NOW + 60_000

        assert (poll, next_step(state, NOW)) == (Step("poll", ("tickets",), 0), Step("verify", ("tickets",), 0))


class TestReconcile:
    def test_a_new_type_is_added_and_the_others_stay(self) -> None:
        state = sync(revision=1)
        state.wanted = Wanted(types={"contacts": "0-1", "deals": "0-3"}, revision=2)

        reconcile(state)

        assert [type_.phase for type_ in state.progress.types.values()] == ["live", "loading"]

    def test_other_properties_load_everything_again(self) -> None:
        state = sync(revision=1, load=Load(object_types=("contacts",), began_ms=1, resume="x"))
        state.progress.running["load"] = Run(run_id="r", kind="load", object_types=("contacts",), began_ms=1)
        state.wanted = Wanted(types={"contacts": "0-1"}, properties=("email",), revision=2)

        reconcile(state)

        assert (state.progress.types["contacts"].phase, state.progress.load) == ("loading", None)
        assert state.progress.running == {}

    def test_with_a_type_that_was_created_again_under_its_name_an_empty_mirror_begins(self) -> None:
        state = sync(revision=1, types={"contacts": live(), "machines": live()})
        for revision, type_id in ((2, "2-11"), (3, "2-12")):
            state.wanted = Wanted(types={"contacts": "0-1", "machines": type_id}, revision=revision)
            reconcile(state)

        assert [type_.phase for type_ in state.progress.types.values()] == ["loading", "loading"]
        assert state.progress.epoch == ENDED

    def test_a_type_that_is_no_longer_wanted_leaves(self) -> None:
        state = sync(revision=1, types={"contacts": live(), "deals": live()})
        state.wanted = Wanted(types={"deals": "0-3"}, revision=2)

        reconcile(state)

        assert list(state.progress.types) == ["deals"]


class TestIntervals:
    def test_polls_are_frequent_while_something_happens(self) -> None:
        assert poll_interval_s(300, changes=3, missed=0, signals_at_ms=0, now_ms=NOW) == POLL_FIRST_S

    def test_polls_become_fewer_while_nothing_happens(self) -> None:
        intervals = [POLL_FIRST_S]
        for _ in range(5):
            intervals.append(poll_interval_s(intervals[-1], changes=0, missed=0, signals_at_ms=0, now_ms=NOW))

        assert intervals == [60, 120, 240, 300, 300, POLL_LONGEST_S]

    def test_signals_make_polls_rare_until_one_is_missed(self) -> None:
        quiet = poll_interval_s(60, changes=0, missed=0, signals_at_ms=NOW - 1, now_ms=NOW)
        missed = poll_interval_s(900, changes=1, missed=1, signals_at_ms=NOW - 1, now_ms=NOW)

        assert (quiet, missed) == (POLL_WITH_SIGNALS_S, POLL_FIRST_S)

    def test_failures_are_repeated_at_growing_intervals(self) -> None:
        assert [backoff_s(failures) for failures in (1, 2, 3, 7, 500)] == [15, 30, 60, 900, 900]
