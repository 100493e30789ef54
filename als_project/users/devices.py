"""What a person calls the device they are signed in on, from what its browser says of itself."""

# The first that is found counts: browsers also name those they descend from.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome"}
BROWSERS |= {"Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"}
SYSTEMS |= {"Mac OS X": "Mac", "CrOS": "Chromebook", "Linux": "Linux"}


def device_in_words(user_agent: str) -> str:
    """“Firefox · Windows”; the browser's own words where they say neither."""
    found = [next((word for mark, word in marks.items() if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent[:60]
