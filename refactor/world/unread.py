"""Objects that aren't read: they may hold the name of a port, where no new one can be carried.

They are of kinds that aren't modelled, or their text is malformed. Some are orders to an operator, which
makes pods from them.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

_GROUP = re.compile(rb"""^apiVersion:[ ]*["']?([\w.-]+)""", re.M)
_NAME = re.compile(
    rb"""^metadata:[^\n]*\n([ ]+)(?:\S[^\n]*\n(?:\1[^\n]*\n)*?\1)?name:[ ]*["']?([\w.-]+)""", re.M
)
_KIND = re.compile(rb"""^kind:[ ]*["']?(\w+)""", re.M)
_KIND_OF_ITEM = re.compile(rb"""^[ ]*(?:-[ ]+)?kind:[ ]*["']?(\w+)""", re.M)
# Groups of Kubernetes itself, and those whose operators make no pods for traffic.
_NO_PODS = re.compile(
    r"k8s\.io$|k8s\.aws$|istio\.io$|cert-manager\.io$|external-secrets\.io$|bitnami\.com$|traefik\.|cilium\.io$"
    r"|projectcontour\.io$|projectcalico\.org$|openshift\.io$|kyverno\.io$|keda\.sh$|gke\.io$|cloud\.google\.com$"
)

# Kinds of Kubernetes itself that stand in most releases, and that nobody else gives to an object.
BUILT_IN = frozenset(
    {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PersistentVolumeClaim"}
    | {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "PodDisruptionBudget", "Namespace"}
)


@lru_cache(maxsize=256)
def _kinds(text: bytes) -> frozenset[str]:
    """The kind that a malformed document says it is, or those of its items, in small letters."""
    own = {kind.decode().lower() for kind in _KIND.findall(text)}
    if any(kind.endswith("list") for kind in own):
        own |= {kind.decode().lower() for kind in _KIND_OF_ITEM.findall(text)}
    return frozenset(own)


def _stands_alone(word: bytes, text: bytes) -> bool:
    return re.search(rb"(?<![\w-])" + re.escape(word) + rb"(?![\w-])", text) is not None


class Unread(NamedTuple):
    """An object that isn't read: where it stands, its kind, and its text in bytes.

    `line`: of a malformed document, that of the problem (1-based); 0 where only its kind isn't modelled.
    """

    path: str
    kind: str
    text: bytes
    line: int = 0

    def mentions(self, word: str) -> bool:
        """Whether the word stands in it, not as a part of a longer one."""
        sought = word.encode()
        # Nearly always it doesn't stand there at all, which is quickly seen.
        return sought in self.text and _stands_alone(sought, self.text)

    def may_be(self, kinds: Iterable[str], words: Iterable[str]) -> bool:
        """Whether this is malformed, of one of the kinds or of none, and holds all of the words."""
        if not self.line or not all(map(self.mentions, words)):
            return False
        said = _kinds(self.text)
        return not said or not said.isdisjoint(kind.lower() for kind in kinds)

    @property
    def ordered(self) -> str | None:
        """The name under which an operator may make pods from it; None where it is no such object.

        https://kubernetes.io/docs/concepts/extend-kubernetes/operator/
        """
        group = _GROUP.search(self.text)
        # The groups with a dot are those that aren't Kubernetes' own, or that it has taken in.
        if group is None or b"." not in group[1] or _NO_PODS.search(group[1].decode()):
            return None
        name = _NAME.search(self.text)
        return name[2].decode() if name else None


# Asked for only where something is renamed or seems to be missing, which is rare.
FindUnread = Callable[[], Iterable[Unread]]


def nothing_unread() -> Iterable[Unread]:
    """What holds where every object is read."""
    return ()
