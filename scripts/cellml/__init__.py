"""From CellML to a header of an ionic model: see docs/importing-cellml.md."""


class ImportError_(Exception):
    """What the importer cannot take: one message for the user, naming the element."""
