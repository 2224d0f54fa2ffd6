"""Tagger: joins the stages, and is the only object a user must know."""

from headword.tagger.held_out import HeldOut
from headword.tagger.tagger import Tagger

__all__ = ["HeldOut", "Tagger"]
