# SPDX-License-Identifier: Apache-2.0
"""A program that speaks Open311: asks in XML and JSON and sees whether both say the same."""
import datetime
import http.client
import json
import urllib.parse
import xml.etree.ElementTree as ET

BASE = "/open311/v2"
LISTS = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats", "photos", "notes"}
NUMBERS = {"lat", "long", "x", "y", "order", "width", "height"}
TRUTHS = {"metadata", "variable", "required"}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = headers.get("Content-Type")
        self.text = body.decode("utf-8")

    def value(self):
        return json.loads(self.text) if "json" in self.type else spark(ET.fromstring(self.body))


def spark(element, parent=""):
    """What the Spark convention makes of XML: list wrappers and the root's name vanish, empty is null."""
    name = element.tag
    if name in LISTS:
        return [spark(child, name) for child in element]
    if len(element):
        return {child.tag: spark(child, name) for child in element}
    text = element.text
    if text is None:
        return None
    if name in TRUTHS:
        return {"true": True, "false": False}[text]
    if name in NUMBERS or (name == "code" and parent == "error"):
        return float(text) if "." in text else int(text)
    return text


def moment(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert at.tzinfo is not None, text
    return at


def multipart(fields, files=()):
    """fields: (name, value); files: (name, file name, type, bytes)."""
    mark = "----linli-boundary-7"
    body = b""
    for name, value in fields:
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, file_name, kind, data in files:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {kind}\r\n\r\n'
        body += head.encode() + data + b"\r\n"
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


class Program:
    """A client with a key, or without one."""

    def __init__(self, street, key=None, language="zh"):
        self.street, self.key, self.language = street, key, language

    def raw(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.street.port, timeout=30)
        connection.request(method, path, body, {"Accept-Language": self.language, **(headers or {})})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return Answer(answer.status, dict(answer.getheaders()), data)

    def get(self, path, pairs=(), key=True, **query):
        query = [*pairs, *query.items(), *([("api_key", self.key)] if key and self.key else [])]
        return self.raw("GET", BASE + path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def both(self, path, **query):
        """The answer in both formats, which must be the same; its value."""
        xml, js = self.get(path + ".xml", **query), self.get(path + ".json", **query)
        assert (xml.status, xml.type) == (js.status, "text/xml; charset=utf-8"), (xml.status, xml.type, js.status)
        assert js.type == "application/json; charset=utf-8", js.type
        assert xml.text.startswith('<?xml version="1.0" encoding="utf-8"?>'), xml.text[:60]
        assert xml.value() == js.value(), (xml.text, js.text)
        return js.status, js.value()

    def post(self, pairs=(), path="/requests.json", key=True, **fields):
        fields = [*([("api_key", self.key)] if key and self.key else []), *fields.items(), *pairs]
        body = urllib.parse.urlencode(fields).encode()
        return self.raw("POST", BASE + path, body, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})

    def report(self, pairs=(), **fields):
        """The number of a report that was taken."""
        fields.setdefault("service_code", "W06-042")
        if not {"lat", "address_string", "address_id"} & set(fields):
            fields.update(lat="31.2855", long="121.5046")
        answer = self.post(pairs, **fields)
        assert answer.status == 200, answer.text
        return answer.value()[0]["service_request_id"]

    def requests(self, pairs=(), **query):
        answer = self.get("/requests.json", pairs, **query)
        assert answer.status == 200, answer.text
        return answer.value()

    def numbers(self, pairs=(), **query):
        return [r["service_request_id"] for r in self.requests(pairs, **query)]

    def request(self, number, **query):
        found = self.requests(service_request_id=number, **query)
        return found[0] if found else None
