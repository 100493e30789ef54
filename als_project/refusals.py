"""How a service says that something can't be done now, in words for the person who asked."""


class Refused(Exception):
    """The state of things stands against it. The message is a translated sentence, shown as it is."""
