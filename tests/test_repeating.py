"""The commands that a run proposes: with the options and paths of the run itself."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from refactor.cli import main
from refactor.cli.arguments import parse
from refactor.cli.repeating import repeated
from tests.tracing import DEPLOYMENT, INGRESS, SERVICE

NUMBERED = SERVICE.replace("targetPort: http", "targetPort: 8080") + DEPLOYMENT.replace("name: http, ", "")
EVERY = (
    "--select broken --select a,b --ignore x --unsafe-fixes --config my.toml --baseline base.json "
    "--exclude 'a b' --force-exclude --siblings --context ../other --external api --values v.yaml "
    "--values w.yaml --set a=b --set-string 'a=b c' --release r --namespace n --kube-version 1.30 "
    "--api-versions v1 --helm cli --timeout 90 --chart web"
)


@pytest.mark.parametrize(
    "typed, again",
    [
        (f"{EVERY} deploy", f"{EVERY} deploy"),
        ("deploy 'my files' --siblings --check", "--siblings deploy 'my files'"),
        (
            "-f v.yaml -n prod --external=a --timeout 1m30s .",
            "--external a --values v.yaml --namespace prod --timeout 90 .",
        ),
        ("--isolated --no-unsafe-fixes .", "--no-unsafe-fixes --isolated ."),
        ("--set=-a=1 -- -odd", "--set=-a=1 -- -odd"),
        ("--check --stage 2 -q --exit-zero --fail-on broken -v", "."),
        ("- --chart web", "--chart web -"),
    ],
)
def test_what_decides_on_the_findings_is_repeated(typed: str, again: str) -> None:
    arguments = parse(shlex.split(typed))
    assert repeated(arguments) == again
    assert repeated(parse(shlex.split(again))) == again


def test_proposed_commands_keep_the_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(NUMBERED)
    (tmp_path / "ingress.yaml").write_text(INGRESS)
    main(["app.yaml", "--context", "ingress.yaml", "--ignore", "numeric-backend-port"])
    err = capsys.readouterr().err
    options = "--ignore numeric-backend-port --context ingress.yaml app.yaml"
    assert f"  python -m refactor --write --stage 2 {options}   # deploy\n" in err
    main(["app.yaml", "--check", "--siblings", "--ignore", "unnamed-container-port"])
    again = "--check --verbose --ignore unnamed-container-port --siblings app.yaml"
    assert f"(why: python -m refactor {again})." in capsys.readouterr().err


def test_a_written_first_stage_names_the_command_of_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my app.yaml").write_text(NUMBERED, encoding="utf-8")
    assert main(["--write", "--stage", "1", "--external", "api", "my app.yaml"]) == 0
    told = capsys.readouterr().err
    assert "  python -m refactor --write --stage 2 --external api 'my app.yaml'\n" in told
    assert main(["--write", "--stage", "2", "--external", "api", "my app.yaml"]) == 0
    assert "--stage 2" not in capsys.readouterr().err
    assert "targetPort: http" in Path("my app.yaml").read_text(encoding="utf-8")
