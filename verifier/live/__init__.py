"""Reading what exists now. Produces documents only: no kinds, no verdicts, no SDK object leaves this room."""
