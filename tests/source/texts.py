"""Texts to try: small manifests with every way of writing, and strategies that bend them."""

from __future__ import annotations

from hypothesis import strategies as st

MANIFEST = """\
# a licence
apiVersion: apps/v1  # the version
kind: Deployment
metadata:
  name: web
  labels: {app: web, "tier": 'front'}
spec:
  replicas: 2

  template:
    spec:
      containers:
      # the main one
      - name: "web"
        image: nginx:1.25  # pinned
        args: ["--port=80", '-v', plain]
        ports:
          - containerPort: 8080
            name: http
          - {containerPort: 9090, name: metrics}
        env: []
        resources:
          {}
        command:
        - sh
        - -c
        - |
          echo hi  # not a comment

        - >-
          folded
          text
      volumes:
  nodeSelector:
    kubernetes.io/os: linux
"""

FLOW = """\
{"apiVersion": "v1", "kind": "Service",
 "metadata": {"name": "web", "labels": {}},
 "spec": {
    "ports": [
      {"port": 80, "targetPort": "http"},
      {"port": 443}
    ],
    "selector": {"app": "web"}
 }
}
"""

ANCHORS = """\
base: &base
  name: http
  port: 80
list: &list [1, 2]
copy: *base
merged:
  <<: *base
  port: 81
again: *list
lone: &unused {a: 1}
own: [1]
tagged: !!str 80
? explicit
: value
"odd key": 'it''s'
"""

COMMENTED = """\
spec:
  # above a
  a: 1   # behind a
  # above b
  b:
    # inside b
    c: 'x'  # behind c
    # at the end of b
  # at the end of spec
  d: [1, # one
      2]
  e: {x: 1, # ex
      y: 2 } # behind e
  f: "text # none"
  g:  # behind g
  - 1
  # before two
  - 2 # two
last: true
"""

ALL = (MANIFEST, FLOW, ANCHORS, COMMENTED)

VARIANTS = (
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.removesuffix("\n"),
    lambda text: "\ufeff" + text,
    lambda text: "---\n" + text,
    lambda text: text.replace("web", "wéb😀"),
    lambda text: "\ufeff" + text.replace("\n", "\r\n").removesuffix("\r\n"),
)

TOKENS = (
    "a",
    "b:",
    "c: d",
    "- ",
    "-",
    "  ",
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    ": ",
    ":",
    "?",
    "? ",
    "#",
    " #c",
    "'",
    '"',
    "|",
    ">-",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&x ",
    "*x",
    "!!str ",
    "<<: ",
    "80",
    "on",
    "~",
    "---",
    "\n---\n",
    "...",
    "\n...\n",
    "\t",
    "\r\n",
    "%",
    "@",
    "é",
    "\ufeff",
    "key: value",
    "key:",
    "{}",
    "[]",
    "[a, b]",
    '"q"',
    "'s'",
    "\\",
    "a: b: c",
    "x:y",
    "x#y",
    "- a: 1",
    "=",
    "\u2028",
    "\x85",
)

soup = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)

_KEYS = ("a", "b", "name", "on", "80", '"q"', "k8s.io/x")
_VALUES = (
    "",
    " 1",
    " x",
    ' "x"',
    " 'y'",
    " {}",
    " []",
    " [a, 'b']",
    " a:b",
    " a#b",
    " x # c",
    " -1",
    " - x",
    " |",
    " *a",
    " a: b",
    " #c",
    "  v  ",
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Lines that look like a manifest's, with an indentation that may or may not fit."""
    texts = []
    for _ in range(draw(st.integers(1, 9))):
        lead = " " * draw(st.sampled_from((0, 0, 2, 2, 4, 1)))
        lead += draw(st.sampled_from(("", "", "", "- ", "- ", "-   ", "- - ", "# ")))
        key = draw(st.sampled_from(_KEYS)) + ":" if draw(st.integers(0, 3)) else ""
        texts.append(lead + key + draw(st.sampled_from(_VALUES)))
    return "\n".join(texts) + draw(st.sampled_from(("", "\n")))


@st.composite
def bent(draw: st.DrawFn, texts: tuple[str, ...] = ALL) -> str:
    """A manifest with a few characters or lines changed."""
    text: str = draw(st.sampled_from(VARIANTS))(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 3)))
        text = text[:start] + draw(st.sampled_from(("", *TOKENS))) + text[end:]
    return text


anything = st.one_of(soup, lines(), bent())

# Documents of a kind that is certain without parsing.
SKIPPED = [
    "kind: ConfigMap\ndata: {}\n",
    "apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: Service\n",
    "---\n# Source: x\napiVersion: \"v1\"   # c\n\nkind: 'ConfigMap'  # kind: Service\na:\n  kind: Service\n",
    "# c\r\napiVersion: v1\r\nkind: ConfigMap\r\ndata:\r\n",
    "\ufeffkind: ConfigMap",
    "\ufeff---\nkind: ConfigMap\n",
    "kind: ConfigMap\ndata:\n  x: |\n    kind: Service\n    --- \n",
    "kind: ConfigMap\ndescription: é\n",
    "kind: ConfigMap\n# kind: Service\n",
]
# Each of these looks like a ConfigMap to a careless eye; YAML says something else, or might.
DOUBTFUL = [
    "kind: ConfigMap\n  Foo\n",
    "kind: ConfigMap\n\n  Foo\n",
    "kind: ConfigMap\nkind: Service\n",
    'kind: ConfigMap\n"kind": Service\n',
    "kind: ConfigMap\n'kind': Service\n",
    'kind: ConfigMap\n"\\x6bind": Service\n',
    'kind: ConfigMap\n"k\\x69nd": Service\n',
    "kind: ConfigMap\n? kind\n: Service\n",
    "kind: ConfigMap\nkind : Service\n",
    "kind: ConfigMap\n!!str kind: Service\n",
    "kind: ConfigMap\n&a kind: Service\n",
    "kind: ConfigMap\n<<: {kind: Service}\n",
    "x: &k kind\nkind: ConfigMap\n*k : Service\n",
    "kind: ConfigMap # c\u2028kind: Service\n",
    "kind: ConfigMap # c\x85kind: Service\n",
    "a: 1 # c\rkind: ConfigMap\rkind: Service\n",
    'x: "\nkind: ConfigMap\n"\nkind: Service\n',
    "x: '\nkind: ConfigMap\n'\n",
    "{kind: Service}\n",
    '{"kind": "ConfigMap", "kind": "Service"}',
    " kind: Service\n",
    "kind: !!str ConfigMap\n",
    "kind: &a ConfigMap\n",
    "kind: |\n  ConfigMap\n",
    "kind: >-\n  ConfigMap\n",
    "apiVersion: v1\n  more\nkind: ConfigMap\n",
    "apiVersion: v1\nkind: ConfigMapList\nitems: []\nkind: List\n",
    "--- {kind: Service}\n",
    "--- # c\n- kind: ConfigMap\n",
    "%YAML 1.1\n---\nkind: ConfigMap\n",
]
