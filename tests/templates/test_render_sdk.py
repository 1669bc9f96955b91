"""The worker that runs the SDK: reused, replaced, limited, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest

from templates_analysis.render import Failure, SdkRenderer, process
from templates_analysis.render.process import Process
from tests.templates.render_charts import PATIENCE, RELEASE, chart, one

ROOT = Path(__file__).resolve().parents[2]
GOOD = chart({"x.yaml": "a: {{ .Values.a }}"})
HUNGRY = chart({"x.yaml": "{{ range until 2000000000 }}x{{ end }}"})
GREEDY = chart({"x.yaml": '{{ repeat 2000000000 "x" }}'})
TALKATIVE = chart({"x.yaml": '{{ repeat 1100000 "x" }}'})
ENDLESS = chart({"x.yaml": "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"})
SMALL = 1 << 28


@pytest.fixture
def sdk() -> Iterator[SdkRenderer]:
    renderer = SdkRenderer(memory=SMALL)
    yield renderer
    renderer.close()


def is_zombie(entry: Path) -> bool:
    """Whether all threads of a process have ended; False where the system doesn't tell."""
    try:
        state = entry.joinpath("stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" and len(list(entry.joinpath("task").iterdir())) == 1
    except OSError:
        return False


def gone(pid: int, within: float = 5.0) -> bool:
    """Whether a process ends in time; one that nobody has waited for counts as ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if is_zombie(Path(f"/proc/{pid}")):
            return True
        time.sleep(0.02)
    return False


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with the project importable."""
    prelude = "from tests.templates.test_render_sdk import *\nsdk = SdkRenderer()\n"
    return subprocess.run(
        [sys.executable, "-c", prelude + script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_one_worker_for_all_renders(sdk: SdkRenderer) -> None:
    sdk.start()
    worker = sdk.pid
    assert worker is not None
    charts = [chart({"x.yaml": f"a: {number}"}) for number in range(20)]
    for _ in range(2):
        for number, files in enumerate(charts):
            assert one(sdk, files) == {"web/templates/x.yaml": f"a: {number}"}
    assert sdk.pid == worker
    assert sdk.renders == 40
    sdk.close()
    assert gone(worker)
    assert one(sdk, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}


def test_a_chart_that_cannot_be_read_is_no_chart_later(sdk: SdkRenderer) -> None:
    bad = chart({}, "name: [x")
    for _ in range(2):
        results = sdk.render(bad, [{}, {}], RELEASE, PATIENCE)
        assert [isinstance(result, Failure) and result.kind for result in results] == ["chart", "chart"]
    assert one(sdk, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}


@pytest.mark.parametrize("files", [HUNGRY, GREEDY], ids=["range", "repeat"])
def test_memory_is_limited(files: dict[str, bytes], sdk: SdkRenderer) -> None:
    one(sdk, GOOD)
    worker = sdk.pid
    assert one(sdk, files) == Failure(
        "died", "the templates need more than 256 MB of memory: look for a range or repeat without end"
    )
    assert one(sdk, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}
    assert sdk.pid != worker


def test_what_the_parent_holds_is_not_the_workers() -> None:
    held = bytearray(b"x") * (SMALL + (1 << 26))
    renderer = SdkRenderer(memory=SMALL)
    try:
        slow = chart({"x.yaml": "{{ range until 3000 }}{{ range until 1000 }}{{ end }}{{ end }}a: 1"})
        assert not isinstance(one(renderer, slow), Failure)
    finally:
        renderer.close()
    assert held


def test_text_is_limited() -> None:
    renderer = SdkRenderer(text=1 << 20)
    assert one(renderer, TALKATIVE) == Failure("died", "the templates print more than 1 million characters")
    renderer.close()


def test_time_is_limited(sdk: SdkRenderer) -> None:
    one(sdk, GOOD)
    worker = sdk.pid
    began = time.monotonic()
    late = Failure("timeout", "not rendered within 0.3 s")
    assert sdk.render(ENDLESS, [{}, {}], RELEASE, 0.3) == [late, late]
    assert time.monotonic() - began < 3
    assert worker is not None
    assert gone(worker)
    assert one(sdk, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}


def test_only_the_values_that_kill_it_fail(sdk: SdkRenderer) -> None:
    files = chart({"x.yaml": '{{ repeat (int .Values.n) "x" }}'})
    first, second, third = sdk.render(files, [{"n": 1}, {"n": 2000000000}, {"n": 2}], RELEASE, PATIENCE)
    assert first == {"web/templates/x.yaml": "x"}
    assert isinstance(second, Failure)
    assert second.kind == "died"
    assert third == {"web/templates/x.yaml": "xx"}


def test_a_worker_that_was_killed_is_replaced(sdk: SdkRenderer) -> None:
    one(sdk, GOOD)
    assert sdk.pid is not None
    os.kill(sdk.pid, signal.SIGKILL)
    assert gone(sdk.pid)
    assert one(sdk, GOOD, {"a": 1}) == {"web/templates/x.yaml": "a: 1"}


def test_an_end_that_nobody_asked_for_is_told(sdk: SdkRenderer) -> None:
    one(sdk, GOOD)
    worker = sdk.pid
    assert worker is not None
    threading.Timer(0.3, os.kill, (worker, signal.SIGKILL)).start()
    assert one(sdk, ENDLESS) == Failure(
        "died", "Helm was ended by signal 9 while it rendered; the memory may not suffice"
    )


def test_threads_take_turns(sdk: SdkRenderer) -> None:
    wrong: list[object] = []

    def render(word: str) -> None:
        files = chart({"x.yaml": f"{word}: {{{{ .Values.a }}}}"})
        for number in range(25):
            result = one(sdk, files, {"a": number})
            if result != {"web/templates/x.yaml": f"{word}: {number}"}:
                wrong.append(result)

    threads = [threading.Thread(target=render, args=(word,)) for word in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sdk.renders == 50


def test_a_helm_that_cannot_be_loaded_is_told(sdk: SdkRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_C_LIB", __file__)
    for result in sdk.render(GOOD, [{}, {}], RELEASE, PATIENCE):
        assert isinstance(result, Failure)
        assert result.kind == "died"
        assert result.message.startswith("the Helm SDK can't be loaded: ")


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_it_ends_with_its_parent(busy: bool) -> None:
    then = "sdk.render(ENDLESS, [{}], RELEASE, 60)" if busy else "time.sleep(60)"
    script = f"one(sdk, GOOD)\nprint(sdk.pid, flush=True)\n{then}"
    prelude = "from tests.templates.test_render_sdk import *\nsdk = SdkRenderer()\n"
    parent = subprocess.Popen([sys.executable, "-c", prelude + script], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(worker)


def test_nothing_is_left_at_the_end() -> None:
    done = run("one(sdk, GOOD)\nprint(sdk.pid)")
    assert done.stderr == ""
    assert gone(int(done.stdout))


def test_warnings_of_go_stay_inside() -> None:
    files = {"x.yaml": "a: {{ .Values.a }}", "values.yaml": "a: {b: 1}"}
    done = run(f"print(one(sdk, chart({files!r}), {{'a': 'text'}}))")
    assert done.stdout == "{'web/templates/x.yaml': 'a: text'}\n"
    assert done.stderr == ""


@pytest.mark.parametrize("closed", [[0], [0, 1, 2]], ids=str)
def test_works_without_standard_streams(closed: list[int], tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    done = run(
        f"for stream in {closed}: os.close(stream)\n"
        f"Path({str(seen)!r}).write_text(str(one(sdk, GOOD, {{'a': 1}})))\n"
        "os._exit(0)"
    )
    assert seen.read_text() == "{'web/templates/x.yaml': 'a: 1'}", done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_parent_gets_a_worker_of_its_own() -> None:
    done = run(
        "one(sdk, GOOD)\nmine = sdk.pid\n"
        "child = os.fork()\n"
        "assert one(sdk, GOOD, {'a': 1}) == {'web/templates/x.yaml': 'a: 1'}\n"
        "assert (sdk.pid == mine) is bool(child)\n"
        "if not child: sdk.close(); os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), one(sdk, GOOD, {'a': 2}), sdk.pid == mine)"
    )
    assert done.stdout == "7 {'web/templates/x.yaml': 'a: 2'} True\n", done.stderr


def test_an_interrupted_render_leaves_no_answer_behind() -> None:
    done = run(
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it\n"
        "one(sdk, GOOD)\n"
        "main = threading.main_thread().ident\n"
        "threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT)).start()\n"
        "try: one(sdk, ENDLESS)\n"
        "except KeyboardInterrupt: print('interrupted')\n"
        "print(one(sdk, GOOD, {'a': 3}))"
    )
    assert done.stdout == "interrupted\n{'web/templates/x.yaml': 'a: 3'}\n", done.stderr


def test_no_wait_is_so_long_that_an_interrupt_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Silent:
        def get(self, timeout: float) -> object:
            waits.append(timeout)
            time.sleep(timeout)
            raise Empty

    monkeypatch.setattr(process, "_HEED", 0.02)
    worker = Process(SMALL, 1 << 20)
    monkeypatch.setattr(worker, "_answers", Silent())
    try:
        with pytest.raises(Empty):
            worker.answer(0.1)
    finally:
        worker.stop()
    assert max(waits) <= 0.02
    assert 0.05 < sum(waits) < 0.2
