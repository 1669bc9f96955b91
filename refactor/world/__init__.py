"""What the input holds: resources with their identity, their homes, and finding one from another."""

from refactor.world.change import AddKey, Change, RemoveKey, RenameKey, Replace, Scalar, SetScalar
from refactor.world.lookup import World
from refactor.world.resources import Home, Location, Path, Ref, Resource, ResourceId

__all__ = [
    "AddKey",
    "Change",
    "Home",
    "Location",
    "Path",
    "Ref",
    "RemoveKey",
    "RenameKey",
    "Replace",
    "Resource",
    "ResourceId",
    "Scalar",
    "SetScalar",
    "World",
]
