"""The inside of a session: keeps one kernel, runs its cells, hands out /work and /out when asked.

Frames on standard input and output, and nothing else is a way in or out: a byte for the kind, four bytes of length (big-endian),
the content. J is an object in JSON; A is a piece of an archive, E its end. In: first the archive of /work, then commands
{"do": "run", "cell": 1, "code": "..."}, {"do": "interrupt"}, {"do": "restart"}, {"do": "write", "path": "a.ipynb", "text": "..."},
{"do": "save"}, {"do": "end"}. Out: {"cell": 1, "stream": "out", "text": "..."}, {"cell": 1, "table": {...}}, {"cell": 1, "picture": "base64"},
{"cell": 1, "done": "ok" | "error" | "died"}, {"written": "a.ipynb"}, {"failed": "..."}, and an archive for each save.
"""
import base64
import csv
import glob
import json
import os
import select
import signal
import struct
import subprocess
import sys

LANGUAGE = sys.argv[1]
KERNELS = {"R": ["/usr/bin/Rscript", "/opt/minato/kernel.R"], "Python": ["/usr/bin/python3", "-u", "/opt/minato/kernel.py"]}
CHUNK = 1 << 16
TEXT = 1 << 18  # of one cell
PICTURE = 1 << 21
PICTURES = 20
TABLES = 20


def put(kind, content=b""):
    content = kind + struct.pack(">I", len(content)) + content
    while content:
        content = content[os.write(1, content):]


def say(**what):
    put(b"J", json.dumps(what).encode())


def exactly(count):
    content = b""
    while len(content) < count:
        piece = os.read(0, count - len(content))
        if not piece:
            os._exit(0)  # The harbour is gone: so are we.
        content += piece
    return content


def get():
    head = exactly(5)
    return head[:1], exactly(struct.unpack(">I", head[1:])[0])


class Kernel:
    """A process that runs cells one after another in one state."""

    def __init__(self):
        self.cell, self.written = None, 0
        self.start()

    def start(self):
        asks, self.ask = os.pipe()
        self.told, tells = os.pipe()
        environment = dict(os.environ, MINATO_ASKS="/dev/fd/%d" % asks, MINATO_TELLS="/dev/fd/%d" % tells)
        self.process = subprocess.Popen(KERNELS[LANGUAGE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        pass_fds=(asks, tells), env=environment, cwd="/work", start_new_session=True)
        os.close(asks)
        os.close(tells)
        self.streams = {self.process.stdout.fileno(): "out", self.process.stderr.fileno(): "err"}
        for stream in self.streams:
            os.set_blocking(stream, False)

    def run(self, cell, code):
        self.cell, self.written = cell, 0
        with open("/tmp/cell-%d" % cell, "w", encoding="utf-8") as file:
            file.write(code)
        try:
            os.write(self.ask, b"%d\n" % cell)
        except BrokenPipeError:
            self.over("died")

    def interrupt(self):
        if self.cell is not None:
            os.killpg(self.process.pid, signal.SIGINT)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        os.close(self.ask)
        os.close(self.told)

    def read(self, stream):
        """What it wrote; False where it wrote for the last time."""
        try:
            content = os.read(stream, CHUNK)
        except BlockingIOError:
            return True
        if content and self.cell is not None:
            fits = content[:max(0, TEXT - self.written)]
            self.written += len(content)
            if fits:
                say(cell=self.cell, stream=self.streams[stream], text=fits.decode("utf-8", "replace"))
            if len(fits) < len(content) and self.written - len(content) <= TEXT:
                say(cell=self.cell, stream="err", text="\n[cut]\n")
        return bool(content)

    def over(self, how):
        cell, base = self.cell, "/tmp/cell-%d" % self.cell
        for stream in list(self.streams):
            while select.select([stream], [], [], 0)[0] and self.read(stream):
                pass
        for path in sorted(glob.glob(base + "-*.csv"))[:TABLES]:
            with open(path, newline="", encoding="utf-8", errors="replace") as file:
                lines = list(csv.reader(file))
            if len(lines) >= 2:
                say(cell=cell, table={"rows": int(lines[0][0]), "columns": lines[1], "lines": lines[2:]})
        for path in sorted(glob.glob(base + "-*.png"))[:PICTURES]:
            with open(path, "rb") as file:
                picture = file.read(PICTURE + 1)
            if len(picture) <= PICTURE:
                say(cell=cell, picture=base64.b64encode(picture).decode())
        for path in glob.glob(base + "*"):
            os.unlink(path)
        self.cell = None
        say(cell=cell, done=how)


def begin():
    unpack = subprocess.Popen(["/usr/bin/tar", "-C", "/work", "-xf", "-"], stdin=subprocess.PIPE)
    while True:
        kind, content = get()
        if kind == b"E":
            break
        unpack.stdin.write(content)
    unpack.stdin.close()
    if unpack.wait() != 0:
        sys.exit(90)  # What did not come in whole must not go out as the project's.


def save():
    pack = subprocess.Popen(["/usr/bin/tar", "--format=gnu", "--sort=name", "--hard-dereference", "-cf", "-", "-C", "/out", ".", "-C", "/", "work"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while piece := pack.stdout.read(CHUNK):
        put(b"A", piece)
    pack.wait()
    put(b"E")


def write(path, text):
    whole = os.path.join("/work", path)
    try:
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole + ".half", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(whole + ".half", whole)
        say(written=path)
    except OSError as error:
        say(failed=error.strerror)


def main():
    begin()
    kernel = Kernel()
    say(ready=True)
    while True:
        readable = select.select([0, kernel.told, *kernel.streams], [], [])[0]
        for stream in [s for s in kernel.streams if s in readable]:
            if not kernel.read(stream):
                kernel.streams.pop(stream)
        if kernel.told in readable:
            told = os.read(kernel.told, 100).decode("ascii", "replace").split()
            if kernel.cell is not None and told:
                kernel.over("ok" if told[-1] == "ok" else "error")
            elif not told:
                if kernel.cell is not None:
                    kernel.over("died")
                kernel.stop()
                kernel = Kernel()
        elif 0 in readable:
            _, content = get()
            command = json.loads(content)
            if command["do"] == "run":
                kernel.run(command["cell"], command["code"])
            elif command["do"] == "interrupt":
                kernel.interrupt()
            elif command["do"] == "restart":
                if kernel.cell is not None:
                    kernel.over("died")
                kernel.stop()
                kernel = Kernel()
                say(ready=True)
            elif command["do"] == "write":
                write(command["path"], command["text"])
            elif command["do"] == "save":
                save()
            elif command["do"] == "end":
                kernel.stop()
                save()
                return


main()
