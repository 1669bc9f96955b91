"""Random, clock-bound and cryptographic functions become constants; nothing else changes."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_analysis.actions import lex
from templates_analysis.pinning import pin, pinned
from tests.templates.in_process import chart, corpus_charts, read, render

LOOSE = {
    "randAlphaNum 10": r"\w{10}",
    "randAlpha 40": r"\w{40}",
    "randAscii (int .Values.length)": r"\w{7}",
    "12 | randNumeric": r"\d{12}",
    "randAlphaNum 5 | nospace | upper": r"[A-Z]{5}",
    "randBytes 16": r"[\w+/=]{16,24}",
    "randInt 3 9": "3",
    "until (randInt 2 3)": r"\[0 1\]",
    "uuidv4": r"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}",
    "uuidv4 | trunc 8": "0{8}",
    'shuffle "hello"': "hello",
    'now | date "2006"': "2020",
    "now.Year": "2020",
    "(now).Month": "January",
    "ago now": "1s",
    '(genCA "ca" 365).Cert | b64enc | trunc 3': "LS0",
    '(genSelfSignedCert "cn" nil (list "a") 365).Key | b64enc | trunc 3': "LS0",
    '(genSignedCert "cn" nil nil 365 (genCA "x" 1)).Cert | b64enc | trunc 3': "LS0",
    '(buildCustomCert "not" "used").Cert | b64enc | trunc 3': "LS0",
    'genPrivateKey "rsa" | b64enc | trunc 3': "LS0",
    'derivePassword 1 "long" "password" "user" "example.com"': r".{16}",
    'htpasswd "me" "secret"': r"me:\$2a\$.*",
    '"secret" | htpasswd "me"': r"me:\$2a\$.*",
    'bcrypt "secret"': r"\$2a\$.*",
    'encryptAES "key" "text" | decryptAES "key"': "pinned",
}
SETTLED = [
    '"now" | quote',
    "`randAlpha 3`",
    ".Values.now",
    "$.Values.uuidv4",
    "$now",
    ".Values.a.now | default 1",
    "nowhere",
    "include `randInt` .",
    "'n'",
]


def rendered(text: str) -> str:
    return render(chart({"templates/a.yaml": text, "values.yaml": "length: 7\n"}))["web/templates/a.yaml"]


@pytest.mark.parametrize("body", LOOSE)
def test_what_differs_from_render_to_render_is_constant(body: str) -> None:
    text = pinned(f"{{{{ {body} }}}}")
    assert text == f"{{{{ {pin(body)} }}}}"
    first = rendered(text)
    assert first == rendered(text)
    assert re.fullmatch(LOOSE[body], first)


@pytest.mark.parametrize("body", SETTLED)
def test_names_that_are_no_calls_stay(body: str) -> None:
    assert pin(body) == body


def test_certificates_have_the_shape_of_certificates() -> None:
    text = '{{ $ca := genCA "x" 1 }}{{ $ca.Cert | b64enc }}'
    lines = base64.b64decode(rendered(pinned(text))).decode().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")


def test_only_actions_change() -> None:
    text = "uuidv4: {{/* uuidv4 */}}{{- uuidv4 -}}\n# now\n"
    assert pinned(text) == text.replace("{{- uuidv4", f"{{{{- {pin('uuidv4')}")


def test_a_text_that_cannot_be_lexed_stays() -> None:
    assert pinned("{{ now }}{{ if }}") == "{{ now }}{{ if }}"


@given(st.text(alphabet="{}\"`'. $|()nowuid4v\\", max_size=40))
def test_any_text_is_taken(text: str) -> None:
    pin(text)
    assert pinned(text).count("\n") == text.count("\n")


@given(st.sampled_from(sorted(LOOSE)), st.sampled_from(SETTLED))
def test_lines_and_actions_stay(loose: str, settled: str) -> None:
    text = f"a\n{{{{- {loose} -}}}}\n{{{{ {settled} }}}}"
    assert [s.keyword for s in lex(pinned(text)).segments] == [s.keyword for s in lex(text).segments]


@pytest.mark.parametrize("row", corpus_charts())
def test_real_charts_render_alike_twice(row: Any) -> None:
    files = read(row).pinned()
    assert render(files) == render(files)
