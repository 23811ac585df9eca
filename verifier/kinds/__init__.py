"""The vocabulary: one file a kind of thing that both sides have. Pure: no SDK, no reading, no judging."""
