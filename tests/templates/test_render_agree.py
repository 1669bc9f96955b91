"""The SDK and the ``helm`` command say the same of the same chart, to the letter."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from helm_python import parse_set_string

from templates_analysis.pinning import pinned
from templates_analysis.render import CommandRenderer, Failure, Release, Renderer, SdkRenderer
from tests.manifests import chart_yaml
from tests.templates.render_charts import PATIENCE, RELEASE, both, chart, one

# A key that values.yaml sets to null: the SDK drops it, the command keeps it.
NULLS = re.compile(r"^ *[\w.-]+: null\n", re.MULTILINE)
# These make text of such keys.
TELLS_NULLS = {"mqtt-exporter", "jenkins"}


@pytest.fixture(scope="module")
def renderers() -> Iterator[tuple[SdkRenderer, CommandRenderer]]:
    with both() as found:
        yield found


CHARTS: dict[str, dict[str, bytes]] = {
    "nothing": chart({}),
    "one document": chart({"x.yaml": "kind: {{ .Release.Name }}-{{ .Release.Namespace }}\n"}),
    "white space around": chart({"x.yaml": "\n\n  \na: 1\n---\n\nb: 2\n   \n\n"}),
    "no final newline": chart({"x.yaml": "a: 1\n{{- if true -}}\nb\n{{- end -}}"}),
    "nothing left": chart({"x.yaml": "{{ if .Values.no }}a: 1{{ end }}", "y.yaml": " \n"}),
    "trims at the end": chart({"x.yaml": "a: 1\n{{- /* the end */ -}}\n\n\n"}),
    "carriage returns": chart({"x.yaml": "a: 1\r\n{{ if true }}\r\nb: 2\r\n{{ end }}\r\n"}),
    "not UTF-8": chart({"x.yaml": b'a: "\xff\xfe"\n'}),
    "not YAML": chart({"x.yaml": "a: b: c", "y.yaml": "{{"}),
    "text and notes": chart({"x.txt": "some {{ .Chart.Name }}", "NOTES.txt": "hello", "_p.tpl": "gone"}),
    "hooks": chart(
        {
            f"{n}.yaml": f"kind: Pod\nmetadata:\n  annotations: {{'helm.sh/hook': test}}\n  name: {n}\n"
            for n in "ab"
        }
    ),
    "what looks like Helm's": chart(
        {"x.yaml": "---\n# Source: web/templates/y.yaml\na: 1\n", "y.yaml": "b: 2"}
    ),
    "a file includes another": chart(
        {
            "x.yaml": '{{ include (print $.Template.BasePath "/y.yaml") . | sha256sum }}\n',
            "y.yaml": "a: {{ .Template.Name }}\n",
            "z.yaml": '{{ include (print $.Template.BasePath "/w.yaml") (dict "Template" "odd") }}',
            "w.yaml": "odd: {{ kindOf . }}",
        }
    ),
    "subcharts": chart(
        {
            "charts/cache/Chart.yaml": chart_yaml("cache"),
            "charts/cache/values.yaml": "port: 1\n",
            "charts/cache/templates/x.yaml": "port: {{ .Values.port }} {{ .Values.global.zone }}",
            "values.yaml": "cache: {port: 2}\nglobal: {zone: eu}\n",
            "x.yaml": "port: {{ .Values.cache.port }}",
        }
    ),
    "the same subchart twice": chart(
        {
            "charts/cache/Chart.yaml": chart_yaml("cache"),
            "charts/cache/templates/x.yaml": "name: {{ .Chart.Name }} {{ .Values.port }}",
            "values.yaml": "warm: {port: 1}\ncold: {port: 2}\n",
        },
        chart_yaml(more="dependencies:\n")
        + "".join(f"- {{name: cache, version: '*', repository: '', alias: {n}}}\n" for n in ("warm", "cold")),
    ),
    "a missing dependency": chart(
        {"x.yaml": "a: {{ .Values.a }}"},
        chart_yaml(more="dependencies:\n- {name: redis, version: 1.x, repository: 'https://example.com'}\n"),
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_texts_are_the_same(name: str, renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    by_sdk, by_command = (one(renderer, CHARTS[name]) for renderer in renderers)
    assert by_sdk == by_command


def test_texts_are_whole(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    for renderer in renderers:
        assert one(renderer, CHARTS["white space around"]) == {
            "web/templates/x.yaml": "\n\n  \na: 1\n---\n\nb: 2\n   \n\n"
        }
        assert one(renderer, CHARTS["nothing left"]) == {
            "web/templates/x.yaml": "",
            "web/templates/y.yaml": " \n",
        }
        assert one(renderer, CHARTS["text and notes"]) == {"web/templates/x.txt": "some web"}
        assert one(renderer, CHARTS["the same subchart twice"]) == {
            "web/charts/cold/templates/x.yaml": "name: cold 2",
            "web/charts/warm/templates/x.yaml": "name: warm 1",
        }


VALUES: list[dict[str, Any]] = [
    {},
    {"a": {"b": 1, "c": None}, "list": [1, "two", None, 2.5, True]},
    {"text": 'é 😀 \x7f\x85\u2028\ufeff " \\ \n\t: #', "number like": "0x1F", "no": "no", "null": "null"},
    {"kept": None, "large": 1000000, "negative": -1, "deep": {"er": {"still": []}}},
]


@pytest.mark.parametrize("number", range(len(VALUES)))
def test_values_arrive_the_same(number: int, renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    files = chart({"x.yaml": "{{ .Values | toJson }}", "values.yaml": "kept: 1\na: {b: 2, d: 3}\n"})
    by_sdk, by_command = (one(renderer, files, VALUES[number]) for renderer in renderers)
    assert by_sdk == by_command
    assert not isinstance(by_sdk, Failure)


def test_several_values_one_answer_each(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    files = chart({"x.yaml": 'a: {{ required "say a" .Values.a }}'})
    for renderer in renderers:
        before = renderer.renders
        first, second, third = renderer.render(files, [{"a": 1}, {}, {"a": 3}], RELEASE, PATIENCE)
        assert first == {"web/templates/x.yaml": "a: 1"}
        assert isinstance(second, Failure)
        assert third == {"web/templates/x.yaml": "a: 3"}
        assert renderer.renders >= before + 3
        assert renderer.seconds > 0
        assert renderer.render(files, [], RELEASE, PATIENCE) == []


def test_neither_sees_the_outside(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    seen = '{{ lookup "v1" "Pod" "" "" }}|{{ getHostByName "localhost" }}|{{ .Files.Get "/etc/passwd" }}'
    for renderer in renderers:
        assert one(renderer, chart({"x.yaml": seen})) == {"web/templates/x.yaml": "map[]||"}
        for function in ("env", "expandenv"):
            failure = one(renderer, chart({"x.yaml": f'{{{{ {function} "HOME" }}}}'}))
            assert isinstance(failure, Failure)
            assert failure.message == f'function "{function}" not defined'


def test_the_command_prints_what_a_user_gets(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    _, command = renderers
    files = chart({"x.yaml": "kind: Service\n\n\n---\nkind: Namespace\n", "NOTES.txt": "hello"})
    printed = command.plain(files, {}, RELEASE, PATIENCE)
    assert isinstance(printed, str)
    source = "---\n# Source: web/templates/x.yaml\n"
    # Some Helms leave one empty line more than others.
    assert printed.replace("\n\n", "\n") == f"{source}kind: Namespace\n{source}kind: Service\n"


def test_versions_of_kubernetes_reach_the_command(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    _, command = renderers
    files = chart({"x.yaml": '{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "a/v1" }}'})
    release = Release("shop", "prod", "1.29.3", ("a/v1", "b/v2"))
    assert command.render(files, [{}], release, PATIENCE) == [{"web/templates/x.yaml": "v1.29.3 true"}]


def on_disk(folder: Path) -> dict[str, bytes]:
    """What rendering needs of a chart in a folder, random functions pinned."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and not re.search(r"(^|/)(ci/|README|CHANGELOG)", inside):
            files[inside] = path.read_bytes()
            if "templates/" in inside:
                files[inside] = pinned(files[inside].decode()).encode()
    return files


def corpus_charts(corpus: Path) -> list[tuple[Path, dict[str, Any]]]:
    with (corpus / "INDEX.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == "chart"]
    return [(corpus / row["path"], ingress_values(row["ingress_set"])) for row in rows]


def ingress_values(words: str) -> dict[str, Any]:
    """The values of ``--set A=1,B=2 --set C=3``."""
    sets = [word.strip() for word in words.split("--set") if word.strip() not in ("", "-")]
    return parse_set_string(",".join(sets)) if sets else {}


def documents(texts: dict[str, str]) -> list[Any]:
    return [list(yaml.safe_load_all(NULLS.sub("", texts[name]))) for name in sorted(texts)]


@pytest.mark.parametrize("part", range(4))
def test_they_agree_on_real_charts(
    part: int, corpus: Path, renderers: tuple[SdkRenderer, CommandRenderer]
) -> None:
    exact = 0
    for folder, values in corpus_charts(corpus)[part::4]:
        files = on_disk(folder)
        by_sdk, by_command = (one(renderer, files, values) for renderer in renderers)
        assert not isinstance(by_sdk, Failure), folder
        assert not isinstance(by_command, Failure), folder
        exact += by_sdk == by_command
        if by_sdk != by_command and folder.name not in TELLS_NULLS:
            assert documents(dict(by_sdk)) == documents(dict(by_command)), folder
    assert exact > 15


def rendered_by(renderer: Renderer) -> str:
    return renderer.name


def test_both_are_renderers(renderers: tuple[SdkRenderer, CommandRenderer]) -> None:
    assert [rendered_by(renderer) for renderer in renderers] == ["sdk", renderers[1].name]
