"""Ways by which a cited address could lead into the house (SSRF), as data.

`{port}` is the port of a real listener on 127.0.0.1 and on ::1 that must never be
reached. Names are those of a name service that says of them what `INSIDE` holds.
"""

from typing import NamedTuple

from support.web import Zone

__all__ = ["INSIDE", "WAYS", "Way"]


class Way(NamedTuple):
    """A URL as somebody writes it; `arrives` where it would reach the listener without a guard."""

    written: str
    arrives: bool = True


def far(written: str) -> Way:
    """Return a way to an address that no test machine has."""
    return Way(written, arrives=False)


WAYS: dict[str, Way] = {
    # literal addresses, plain and odd
    "loopback": Way("http://127.0.0.1:{port}/"),
    "loopback_other": Way("http://127.8.9.10:{port}/"),
    "decimal": Way("http://2130706433:{port}/"),
    "hexadecimal": Way("http://0x7f000001:{port}/"),
    "hexadecimal_parts": Way("http://0x7f.0x0.0x0.0x1:{port}/"),
    "octal": Way("http://0177.0.0.1:{port}/"),
    "octal_whole": Way("http://017700000001:{port}/"),
    "octal_padded": Way("http://0000177.0.0.01:{port}/"),
    "mixed_bases": Way("http://0x7f.0.1:{port}/"),
    "two_parts": Way("http://127.1:{port}/"),
    "three_parts": Way("http://127.0.1:{port}/"),
    "trailing_dot_of_address": Way("http://127.0.0.1.:{port}/"),
    "decimal_beside_the_true_address": Way("http://2130706433:{port}/?127.0.0.1"),
    "zero": Way("http://0.0.0.0:{port}/"),
    "zero_short": Way("http://0:{port}/"),
    "broadcast": far("http://255.255.255.255:{port}/"),
    # other writings of the same host
    "full_width_digits": Way("http://１２７.０.０.１:{port}/"),
    "full_width_dots": Way("http://127．0．0．1:{port}/"),
    "ideographic_dots": Way("http://127。0。0。1:{port}/"),
    "half_width_dots": Way("http://127｡0｡0｡1:{port}/"),
    "circled_digits": Way("http://①②⑦.⓪.⓪.①:{port}/"),
    "mathematical_digits": Way("http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:{port}/"),
    "percent_encoded_host": Way("http://%31%32%37.0.0.1:{port}/"),
    "percent_encoded_dots": Way("http://127%2e0%2e0%2e1:{port}/"),
    "soft_hyphen": Way("http://127.0.0\u00ad.1:{port}/"),
    "tab_in_host": Way("http://127.0.\t0.1:{port}/"),
    "newline_in_host": Way("http://127.0.\n0.1:{port}/"),
    "upper_case_scheme": Way("HTTP://127.0.0.1:{port}/"),
    "no_slashes": Way("http:127.0.0.1:{port}/"),
    "slash_and_backslash": Way("http:/\\127.0.0.1:{port}/"),
    "backslashes": Way("http:\\\\127.0.0.1:{port}\\"),
    "five_slashes": Way("http://///127.0.0.1:{port}/"),
    "leading_control_characters": Way("\x01\x1fhttp://127.0.0.1:{port}/"),
    "user_info": Way("http://public.test@127.0.0.1:{port}/"),
    "user_info_with_password": Way("http://public.test:80@127.0.0.1:{port}/"),
    "user_info_by_backslash": Way("http://127.0.0.1:{port}\\@public.test/"),
    "user_info_doubled": Way("http://a@public.test@127.0.0.1:{port}/"),
    "fragment_before_host": Way("http://127.0.0.1:{port}#@public.test/"),
    # IPv6
    "loopback_6": Way("http://[::1]:{port}/"),
    "loopback_6_in_full": Way("http://[0000:0000:0000:0000:0000:0000:0000:0001]:{port}/"),
    "zero_6": Way("http://[::]:{port}/"),
    "mapped": Way("http://[::ffff:127.0.0.1]:{port}/"),
    "mapped_in_hexadecimal": Way("http://[::ffff:7f00:1]:{port}/"),
    "compatible": far("http://[::127.0.0.1]:{port}/"),
    "translated": far("http://[::ffff:0:7f00:1]:{port}/"),
    "nat64": far("http://[64:ff9b::7f00:1]:{port}/"),
    "nat64_local": far("http://[64:ff9b:1::7f00:1]:{port}/"),
    "six_to_four": far("http://[2002:7f00:1::1]:{port}/"),
    "teredo": far("http://[2001:0:7f00:1::f7f7:f7f7]:{port}/"),
    "teredo_client": far("http://[2001:0:808:808:0:0:80ff:fffe]:{port}/"),
    "zone_id": far("http://[fe80::1%25lo]:{port}/"),
    "link_local_6": far("http://[fe80::1]:{port}/"),
    "unique_local": far("http://[fd00::1]:{port}/"),
    "site_local": far("http://[fec0::1]:{port}/"),
    "multicast_6": far("http://[ff02::1]:{port}/"),
    "metadata_6": far("http://[fd00:ec2::254]:{port}/"),
    # other nets that are not the web's
    "private_10": far("http://10.0.0.1:{port}/"),
    "private_172": far("http://172.16.0.1:{port}/"),
    "private_192": far("http://192.168.0.1:{port}/"),
    "link_local": far("http://169.254.0.1:{port}/"),
    "metadata": far("http://169.254.169.254/latest/meta-data/"),
    "metadata_decimal": far("http://2852039166/latest/meta-data/"),
    "metadata_alibaba": far("http://100.100.100.200/"),
    "metadata_azure": far("http://168.63.129.16/"),
    "metadata_oracle": far("http://192.0.0.192/"),
    "cgnat": far("http://100.64.0.1:{port}/"),
    "protocol_assignments": far("http://192.0.0.8:{port}/"),
    "benchmarks": far("http://198.18.0.1:{port}/"),
    "documentation": far("http://203.0.113.1:{port}/"),
    "multicast": far("http://224.0.0.1:{port}/"),
    "future_use": far("http://240.0.0.1:{port}/"),
    # names
    "localhost": Way("http://localhost:{port}/"),
    "localhost_with_dot": Way("http://localhost.:{port}/"),
    "localhost_in_capitals": Way("http://LOCALHOST:{port}/"),
    "localhost_in_full_width": Way("http://ｌｏｃａｌｈｏｓｔ:{port}/"),
    "below_localhost": Way("http://app.localhost:{port}/"),
    "name_of_loopback": Way("http://inside.test:{port}/"),
    "name_with_dot": Way("http://inside.test.:{port}/"),
    "name_of_loopback_6": Way("http://inside6.test:{port}/"),
    "name_of_mapped": Way("http://mapped.test:{port}/"),
    "name_of_zero": Way("http://zero.test:{port}/"),
    "name_of_public_and_loopback": Way("http://mixed.test:{port}/"),
    "name_of_public_and_loopback_6": Way("http://mixed6.test:{port}/"),
    "name_of_private": far("http://private.test:{port}/"),
    "name_of_metadata": far("http://metadata.google.internal/"),
    "name_of_nat64": far("http://nat64.test:{port}/"),
    "name_by_cname": Way("http://alias.test:{port}/"),
    "name_in_unicode": Way("http://bücher.test:{port}/"),
    "name_that_rebinds": Way("http://rebinds.test:{port}/"),
    # ports and schemes
    "ssh_port": far("http://outside.test:22/"),
    "redis_port": far("http://outside.test:6379/"),
    "port_zero": far("http://outside.test:0/"),
    "gopher": far("gopher://127.0.0.1:{port}/_x"),
    "file": far("file:///etc/passwd"),
    "dict": far("dict://127.0.0.1:{port}/x"),
    "unix_socket": far("http+unix://%2Frun%2Fdocker.sock/x"),
}

LOOPBACK = ["127.0.0.1"]
# What the name service says. 127.0.0.77 stands for the public web in these tests.
INSIDE: Zone = {
    "canary.test": ["192.0.2.9"],
    "localhost": LOOPBACK,
    "app.localhost": LOOPBACK,
    "inside.test": LOOPBACK,
    "inside6.test": ["::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "zero.test": ["0.0.0.0"],
    "mixed.test": ["127.0.0.77", "127.0.0.1"],
    "mixed6.test": ["127.0.0.77", "::1"],
    "private.test": ["10.1.2.3"],
    "metadata.google.internal": ["169.254.169.254"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "xn--bcher-kva.test": LOOPBACK,
    "outside.test": ["127.0.0.77"],
}
