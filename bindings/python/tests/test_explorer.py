"""The explorer serves its page to this machine, until its object goes."""

import gc
import json
import urllib.error
import urllib.request

import jointly as jt
import pytest

SMALL = """
economies = ["CHN", "KOR"]
horizon = 2028
[levers.rnd]
kind = "joint_rnd"
partners = ["CHN", "KOR"]
start = 2026
scale = 500
"""


def read(address, body=None):
    request = urllib.request.Request(address)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Origin", address.rsplit("/", 2)[0])
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.read().decode(), reply.headers


def test_the_page_answers_and_ends_with_the_object():
    scenario = jt.Scenario(SMALL, set={"levers.rnd.scale": 700})
    explorer = scenario.explore(seed=3)
    address = explorer.address
    page, headers = read(address)
    assert "Untitled scenario" in page
    assert "frame-ancestors http://localhost:*" in headers["Content-Security-Policy"]
    assert address in explorer._repr_html_() and "iframe" in explorer._repr_html_()
    # What the object was given is where a reader begins.
    start = json.loads(read(address + "controls")[0])["start"]
    assert start["set"] == ["levers.rnd.scale=700"]
    lines, _ = read(address + "answer", {"tab": "t", "state": start})
    told = [json.loads(line) for line in lines.splitlines()]
    assert [line["paths"] for line in told] == [1024, 4096, 16384, 16384, 16384]
    del explorer
    gc.collect()
    with pytest.raises(urllib.error.URLError):
        read(address)


def test_it_stops_when_told_and_refuses_several_scenarios():
    with jt.Scenario(SMALL).explore() as explorer:
        read(explorer.address)
    with pytest.raises(urllib.error.URLError):
        read(explorer.address)
    explorer.stop()
