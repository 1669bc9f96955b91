"""What of a values file is shown: what changes, the one line that git needs, and no secret."""

from __future__ import annotations

import pytest

from refactor import Result, fix_manifests
from refactor.charts.privacy import secret_lines
from refactor.source import SourceFile
from tests.manifests import DEPLOYMENT, SERVICE, chart_yaml

HIDDEN = [
    "password: hunter2",
    "adminPassword: hunter2",
    "DB_PASS_PROD: hunter2",
    "apiKey: hunter2",
    "signingKey: hunter2",
    "connectionString: hunter2",
    "auth: hunter2",
    "databaseUrl: postgres://admin:hunter2@db/prod",
    "blob: Zm9vYmFyQmF6MTIzNDU2Nzg5MA",
    "secrets: {one: hunter2}",
    "secrets: [hunter2]",
    "env: [{name: DB_PASSWORD, value: hunter2}]",
    "# password: hunter2",
    "port: 80  # token: hunter2",
]
SHOWN = [
    "port: 80",
    "existingSecret: web",
    "secretName: web-tls",
    "passwordFile: /run/password",
    "tokenTTL: 3600",
    "auth: true",
    "password: ''",
    "image: registry.example.com/shop/web:1.2.3",
    "host: https://shop.example.com:8443/login",
    "# the password comes from outside",
    "compass: north",
]


def lines(text: str) -> frozenset[int]:
    return secret_lines(SourceFile("values.yaml", text.encode()))


@pytest.mark.parametrize("line", HIDDEN)
def test_what_looks_like_a_secret(line: str) -> None:
    assert lines(f"replicas: 1\n{line}\nlast: 2\n") == {2}


@pytest.mark.parametrize("line", SHOWN)
def test_what_does_not(line: str) -> None:
    assert lines(f"replicas: 1\n{line}\nlast: 2\n") == frozenset()


def test_every_line_of_a_block_and_of_what_stands_below() -> None:
    assert lines("key: |\n  -----BEGIN RSA\n  hunter2\nport: 1\nsecret:\n  a: x\n  b:\n  - y\n") == {
        1,
        2,
        3,
        6,
        8,
    }


def repaired(values: str) -> Result:
    return fix_manifests(
        {
            "web/Chart.yaml": chart_yaml(),
            "web/values.yaml": values,
            "web/templates/deployment.yaml": DEPLOYMENT,
            "web/templates/service.yaml": SERVICE.replace(
                "targetPort: http", "targetPort: {{ .Values.target }}"
            ),
        },
        select="broken",
        unsafe=True,
    )


@pytest.mark.parametrize("line", HIDDEN)
@pytest.mark.parametrize("place", ["{0}\ntarget: htpp\n", "target: htpp\n{0}\n", "{0}\ntarget: htpp\n{1}\n"])
def test_a_repair_is_made_and_no_secret_shown(place: str, line: str) -> None:
    other = line if line.startswith("#") else f"my_{line}"
    values = place.format(line, other)
    result = repaired(values)
    assert result.files["web/values.yaml"] == values.replace("htpp", "http")
    assert "\n-target: htpp\n+target: http\n" in result.diff
    assert "hunter2" not in result.diff
    assert "Zm9v" not in result.diff
    assert "hunter2" not in repr([*result.findings, result.notes, result.plan.declined])


def test_a_line_with_a_secret_is_no_excerpt() -> None:
    result = repaired("{target: zzz, password: hunter2}\n")
    assert result.findings
    assert "hunter2" not in repr(result.findings)


@pytest.mark.parametrize("value", ["*hunter2", "!!int hunter2", "&hunter2 [*hunter2]"])
def test_what_is_wrong_with_a_values_file_is_told_without_the_value(value: str) -> None:
    result = repaired(f"target: http\npassword: {value}\n")
    assert [error.line for error in result.errors] == [2]
    assert "hunter2" not in repr(result.errors)
