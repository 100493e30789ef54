import pytest

from sets.addresses import read_addresses


@pytest.mark.parametrize(
    ("pasted", "good"),
    [
        ("a@x.org", ["a@x.org"]),
        ("a@x.org\nb@x.org\r\nc@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("a@x.org, b@x.org; c@x.org,", ["a@x.org", "b@x.org", "c@x.org"]),
        ("a@x.org b@x.org\tc@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("Asha Rao <Asha@X.org>, Ben <b@x.org>", ["asha@x.org", "b@x.org"]),
        ('"Rao, Asha" <a@x.org>; "Okoth, Ben" <b@x.org>', ["a@x.org", "b@x.org"]),
        ("<a@x.org>", ["a@x.org"]),
        ("mailto:a@x.org", ["a@x.org"]),
        ("  \n , ;\n", []),
    ],
)
def test_addresses_are_read_however_they_were_pasted(pasted, good):
    found = read_addresses(pasted)
    assert (found.good, found.bad) == (good, [])


def test_a_bad_address_is_kept_as_it_was_typed_and_the_good_ones_beside_it():
    found = read_addresses("a@x.org, Ben at work, c@, Dev <dev@>, e@x.org")
    assert found.good == ["a@x.org", "e@x.org"]
    assert found.bad == ["Ben at work", "c@", "Dev <dev@>"]


def test_an_address_there_twice_counts_once():
    found = read_addresses("a@x.org\nA@X.org\nb@x.org")
    assert (found.good, found.repeated) == (["a@x.org", "b@x.org"], ["a@x.org"])


def test_an_address_longer_than_mail_allows_is_bad():
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org"
    assert read_addresses(long).bad == [long]
