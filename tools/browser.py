"""A page in a headless Chromium (Debian's package chromium), over DevTools' pipe, with Python alone."""

import base64
import json
import os
import pathlib
import struct
import subprocess
import sys
import zlib

DESK, PHONE = (1280, 800), (390, 844)


class Browser:
    """A page in a browser of its own."""

    def __init__(self, profile):
        self.events, self.number = [], 0
        to_browser, self.out = os.pipe()
        self.input, from_browser = os.pipe()
        command = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        self.process = subprocess.Popen(
            ["bash", "-c", command, "bash", "chromium", "--headless=new", "--no-sandbox",
             "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.session = b"", None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(domain + ".enable")

    def message(self):
        while b"\0" not in self.buffer:
            more = os.read(self.input, 1 << 20)
            if not more:
                sys.exit("the browser has ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while (answer := self.message()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, page, size, touches=False, scheme="light"):
        width, height = size
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=touches)
        self.call("Emulation.setTouchEmulationEnabled", enabled=touches)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.as_uri() if isinstance(page, pathlib.Path) else page)
        self.value("""new Promise(done => {
            const look = () => document.readyState === "complete"
                && [...document.images].every(i => i.complete) ? done() : setTimeout(look, 20);
            look(); })""")

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            sys.exit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag(self, start, end):
        self.mouse("mousePressed", *start, button="left", buttons=1, clickCount=1)
        self.mouse("mouseMoved", *end, button="left", buttons=1)
        self.mouse("mouseReleased", *end, button="left", clickCount=1)

    def click(self, x, y):
        self.drag((x, y), (x, y))

    def key(self, key, code=0, **more):
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code,
                  **text, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def touch(self, kind, *points):
        self.call("Input.dispatchTouchEvent", type=kind,
                  touchPoints=[{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)])

    def screenshot(self, **more):
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **more)["data"])

    def pixel(self, x, y):
        file = self.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1, "scale": 1})
        place, data = 8, b""
        while place < len(file):
            length, kind = struct.unpack(">I4s", file[place:place + 8])
            data += file[place + 8:place + 8 + length] if kind == b"IDAT" else b""
            place += length + 12
        return tuple(zlib.decompress(data)[1:4])

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait()


def png(width, height, colour):
    """A file of one colour."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = (b"\0" + bytes(colour) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Check:
    def __init__(self, browser):
        self.browser, self.count = browser, 0

    def __call__(self, holds, what):
        self.count += 1
        if not holds:
            sys.exit(what)

    def now(self, index=0):
        return int(self.browser.value(
            f"document.querySelectorAll('[role=slider]')[{index}].getAttribute('aria-valuenow')"))

    def box(self, selector=".stage"):
        return self.browser.value(f"""(() => {{
            const b = document.querySelector('{selector}').getBoundingClientRect();
            return [b.left, b.top, b.width, b.height]; }})()""")

    def zoom(self):
        return int(self.browser.value("document.getElementById('zoom').textContent").split()[0])

    def place(self):
        return self.browser.value("document.querySelector('img').style.transform")


def near(colour, wanted):
    return all(abs(a - b) < 8 for a, b in zip(colour, wanted))
