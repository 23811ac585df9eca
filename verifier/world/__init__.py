"""The waist of the house: joins static plan and documents into kinds. All that is above it sees only the world."""

from verifier.world.flags import Flag, Gated
from verifier.world.joined import World
from verifier.world.subject import NotThere, Subject

__all__ = ["Flag", "Gated", "NotThere", "Subject", "World"]
