"""What every Kubernetes object has: apiVersion, kind, metadata; and the base of all our models.

The models read only what routes, probes and references need. They are frozen and strict: a quoted
number isn't a number, as for the API server (https://kubernetes.io/docs/reference/kubernetes-api/).
Fields we don't know pass through untouched, because text is edited, never a model.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """Base of all models: camelCase in the file, snake_case here, every field optional."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", alias_generator=to_camel, defer_build=True
    )


# Kubernetes' IntOrString: a port's number or its name.
PortRef = int | str

# YAML gives lists where the models keep tuples: only that step is lenient, the items stay strict.
Lenient = Strict(False)
Strings = Annotated[tuple[Any, ...], Lenient]


def meant(port: PortRef | None) -> PortRef | None:
    """The number that quoted digits mean: the API refuses them, for a port's name needs a letter."""
    return int(port) if isinstance(port, str) and port.isascii() and port.isdigit() else port


class Metadata(Model):
    """`metadata`: name, namespace (None when the file doesn't say), labels and annotations."""

    name: str | None = None
    generate_name: str | None = None
    namespace: str | None = None
    # Charts print `annotations:` with nothing below; reading around a null takes ten times as long.
    labels_or_null: dict[str, str] | None = Field(None, alias="labels")
    annotations_or_null: dict[str, str] | None = Field(None, alias="annotations")

    @property
    def labels(self) -> Mapping[str, str]:
        return self.labels_or_null or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.annotations_or_null or {}


class Object(Model):
    """Any object: the part of it that identifies it."""

    api_version: str = ""
    kind: str = ""
    metadata: Metadata = Metadata.model_construct()


def group_of(api_version: str) -> str:
    """The API group of an apiVersion: "apps" for "apps/v1", "" (core) for "v1"."""
    group, slash, _ = api_version.rpartition("/")
    return group if slash else ""
