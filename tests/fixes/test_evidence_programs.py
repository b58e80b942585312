"""What speaks against another form of an id in its file: small programs, each with its verdict."""

from __future__ import annotations

import re

import pytest

from ssot_lint import Settings, check_source
from tests.helpers.fixture_files import BACKEND

# Each makes one id with `uuid4`. Nothing stands for a safe fix; else why it is unsafe, or is none.
PROGRAMS: dict[str, tuple[str, str]] = {
    "return": (
        "",
        """\
def make_run_id():
    return str(uuid4())
""",
    ),
    "yield": (
        "",
        """\
def gen():
    run_id = str(uuid4())
    yield run_id
""",
    ),
    "field": (
        "",
        """\
class A:
    def __init__(self):
        self.run_id = str(uuid4())
""",
    ),
    "global": (
        "",
        """\
run_id = str(uuid4())
""",
    ),
    "unknown callee": (
        "",
        """\
def f(save):
    run_id = str(uuid4())
    save(run_id)
""",
    ),
    "unknown callee method keyword": (
        "",
        """\
def f(client):
    client.post(run_id=str(uuid4()))
""",
    ),
    "log": (
        "",
        """\
def f(logger):
    run_id = str(uuid4())
    logger.info("start %s", run_id)
    return run_id
""",
    ),
    "payload": (
        "",
        """\
def f(send):
    send({"run_id": str(uuid4())})
""",
    ),
    "** argument": (
        "",
        """\
def f(send):
    data = {"run_id": str(uuid4())}
    send(**data)
""",
    ),
    "callee by subscript": (
        "unsafe: it goes to `handlers[k]`, whatever function that is",
        """\
def f(handlers, k):
    run_id = str(uuid4())
    handlers[k](run_id)
""",
    ),
    "callee by getattr": (
        "unsafe: it goes to `getattr(o, n)`, whatever function that is",
        """\
def f(o, n):
    run_id = str(uuid4())
    getattr(o, n)(run_id)
""",
    ),
    "partial of unknown": (
        "unsafe: it goes to `handlers[k]`, whatever function that is",
        """\
from functools import partial
def f(handlers, k):
    run_id = str(uuid4())
    return partial(handlers[k], run_id)
""",
    ),
    "map of unknown": (
        "unsafe: it goes to `handlers[k]`, whatever function that is",
        """\
def f(handlers, k):
    run_id = str(uuid4())
    return list(map(handlers[k], [run_id]))
""",
    ),
    "map of imported": (
        "",
        """\
from x import fn
def f():
    run_id = str(uuid4())
    return list(map(fn, [run_id]))
""",
    ),
    "partial of imported": (
        "",
        """\
from functools import partial
from x import fn
def f():
    run_id = str(uuid4())
    return partial(fn, run_id)
""",
    ),
    "partial of local that cuts": (
        "no fix: `x` is cut",
        """\
from functools import partial
def cut(x):
    return x[:8]
def f():
    run_id = str(uuid4())
    return partial(cut, run_id)
""",
    ),
    "property setter that parses": (
        "no fix: `value` is handed to `UUID()`",
        """\
class A:
    @property
    def run_id(self): return self._r
    @run_id.setter
    def run_id(self, value):
        uuid.UUID(value)
        self._r = value
def f():
    a = A()
    a.run_id = str(uuid4())
""",
    ),
    "property setter seen": (
        "unsafe: it goes to the setter of `run_id`",
        """\
class A:
    @property
    def run_id(self): return self._r
    @run_id.setter
    def run_id(self, value):
        self._r = check(value)
def f():
    a = A()
    a.run_id = str(uuid4())
""",
    ),
    "descriptor seen": (
        "unsafe: it goes to `Desc.__set__`",
        """\
class Desc:
    def __set__(self, obj, value):
        store(value)
class A:
    run_id = Desc()
    def f(self):
        self.run_id = str(uuid4())
""",
    ),
    "descriptor that measures": (
        "no fix: `value` is measured",
        """\
class Desc:
    def __set__(self, obj, value):
        if len(value) != 36: raise ValueError
class A:
    run_id = Desc()
    def f(self):
        self.run_id = str(uuid4())
""",
    ),
    "__setattr__ seen": (
        "unsafe: it goes to `A.__setattr__`",
        """\
class A:
    def __setattr__(self, name, value):
        check(name, value)
    def f(self):
        self.run_id = str(uuid4())
""",
    ),
    "__setattr__ that parses": (
        "no fix: `value` is handed to `UUID()`",
        """\
class A:
    def __setattr__(self, name, value):
        if name == "run_id": uuid.UUID(value)
        object.__setattr__(self, name, value)
    def f(self):
        self.run_id = str(uuid4())
""",
    ),
    "__setattr__ on another class": (
        "",
        """\
class B:
    def __setattr__(self, name, value):
        check(name, value)
class A:
    def f(self):
        self.run_id = str(uuid4())
""",
    ),
    "len eq": (
        "no fix: `run_id` is measured",
        """\
def f():
    run_id = str(uuid4())
    assert len(run_id) == 36
""",
    ),
    "re.match over f-string": (
        "no fix: `key` is matched with a pattern",
        """\
import re
def f():
    run_id = str(uuid4())
    key = f"run:{run_id}"
    return re.match(r"run:[0-9a-f-]{36}$", key)
""",
    ),
    "fnmatch over f-string": (
        "no fix: `key` is matched with a pattern",
        """\
import fnmatch
def f():
    run_id = str(uuid4())
    key = f"run:{run_id}"
    return fnmatch.fnmatch(key, "run:????????-*")
""",
    ),
    "Thread kwargs": (
        "no fix: `run_id` is cut",
        """\
from threading import Thread
def work(run_id):
    return run_id[:8]
def f():
    run_id = str(uuid4())
    Thread(target=work, kwargs={"run_id": run_id}).start()
""",
    ),
    "Thread args": (
        "no fix: `x` is cut",
        """\
from threading import Thread
def work(x):
    return x[:8]
def f():
    run_id = str(uuid4())
    Thread(target=work, args=(run_id,)).start()
""",
    ),
    "call through container": (
        "no fix: `x` is cut",
        """\
def cut(x):
    return x[:8]
HANDLERS = {"a": cut}
def f(k):
    run_id = str(uuid4())
    return HANDLERS[k](run_id)
""",
    ),
    "key put together and split": (
        "unsafe: `key` is split at `-`",
        """\
def f(store):
    run_id = str(uuid4())
    key = f"run-{run_id}"
    store[key] = 1
    _, _, tail = key.partition("-")
    return key.split("-")[1]
""",
    ),
    "uuid4 assigned": (
        "unsafe: something else is put in the place of what makes it",
        """\
uuid.uuid4 = lambda: "x"
def f():
    run_id = str(uuid.uuid4())
    return run_id
""",
    ),
    "patch uuid": (
        "unsafe: something else is put in the place of what makes it",
        """\
from unittest.mock import patch
def f():
    with patch("uuid.uuid4") as m:
        run_id = str(uuid.uuid4())
    return run_id
""",
    ),
    "patch constant target": (
        "unsafe: something else is put in the place of what makes it",
        """\
from unittest.mock import patch
TARGET = "uuid.uuid4"
def f():
    with patch(TARGET) as m:
        run_id = str(uuid.uuid4())
    return run_id
""",
    ),
    "doctest": (
        "unsafe: a doctest runs `make_run_id`",
        '''\
def make_run_id():
    """
    >>> len(make_run_id())
    36
    """
    return str(uuid4())
''',
    ),
    "sys.modules": (
        "no fix: line 6 looks names up, and `uuid4` is another one",
        """\
import sys
def f():
    getattr(sys.modules[__name__], "uuid4")
    run_id = str(uuid4())
    return run_id
""",
    ),
    "cookie": (
        "no fix: it becomes a cookie, a secret; use `secrets.token_urlsafe()`",
        """\
def f(response):
    session_id = str(uuid4())
    response.set_cookie("session_id", session_id)
""",
    ),
    "reset link": (
        "no fix: it becomes a link that opens a door, a secret; use `secrets.token_urlsafe()`",
        """\
def f(base):
    reset_id = str(uuid4())
    link = f"{base}/reset-password/{reset_id}"
    return link
""",
    ),
    "invitation link": (
        "no fix: it becomes a link that opens a door, a secret; use `secrets.token_urlsafe()`",
        """\
def f(base):
    invitation_id = str(uuid4())
    return f"https://x/invite?id={invitation_id}"
""",
    ),
    "compare digest": (
        "no fix: it becomes what is compared as a secret; use `secrets.token_urlsafe()`",
        """\
import hmac
def f(given):
    session_id = str(uuid4())
    return hmac.compare_digest(session_id, given)
""",
    ),
    "bucket": (
        "unsafe: it becomes a bucket, whose name has no underscore",
        """\
def f(s3):
    run_id = str(uuid4())
    s3.create_bucket(Bucket=f"runs-{run_id}")
""",
    ),
    "host": (
        "unsafe: it becomes a part of `host`, whose name has no underscore",
        """\
def f():
    run_id = str(uuid4())
    host = f"{run_id}.example.com"
    return host
""",
    ),
    "kubernetes": (
        "unsafe: it becomes an object of Kubernetes, whose name has no underscore",
        """\
def f(k8s):
    run_id = str(uuid4())
    return {"kind": "Job", "metadata": {"name": f"job-{run_id}"}}
""",
    ),
    "cut for a log": (
        "",
        """\
def f(logger):
    run_id = str(uuid4())
    logger.info(f"run {run_id[:8]} started")
    return run_id
""",
    ),
    "item of kwargs in a constructor": (
        "",
        """\
class Thread:
    def __init__(self, **kwargs):
        if "id" not in kwargs:
            kwargs["id"] = str(uuid4())
""",
    ),
    "transaction": (
        "",
        """\
def f(amount):
    transaction_id = str(uuid4())
    value = float(amount)
    return {"transaction_id": transaction_id, "amount": value}
""",
    ),
    "comment above": (
        'unsafe: a comment speaks of its form: "plain UUID"',
        """\
def f():
    # must be a plain UUID
    run_id = str(uuid4())
    return run_id
""",
    ),
    "comment on line": (
        'unsafe: a comment speaks of its form: "short"',
        """\
def f():
    run_id = str(uuid4())  # short id, unprefixed
    return run_id
""",
    ),
    "comment other": (
        "",
        """\
def f():
    run_id = str(uuid4())  # the id of this run
    return run_id
""",
    ),
    "kwargs id of a model": (
        "",
        """\
class Thread:
    def __init__(self, **kwargs):
        if "id" not in kwargs:
            kwargs["id"] = str(uuid4())
""",
    ),
    "kwargs setdefault": (
        "",
        """\
class Thread(Base):
    def __init__(self, **kwargs):
        kwargs.setdefault("id", str(uuid4()))
        super().__init__(**kwargs)
""",
    ),
    "cls call": (
        "",
        """\
class Message:
    @classmethod
    def create(cls, message_id=None):
        return cls(id=message_id or str(uuid4()))
""",
    ),
    "item id elsewhere": (
        "no fix: nothing here says what kind of id it is",
        """\
class Crud:
    def create(self, **kwargs):
        kwargs["id"] = str(uuid4())
""",
    ),
    "search for a word": (
        "",
        """\
def f(rule):
    rule.rule_id = str(uuid4())
def g(rule):
    return "latency" in rule.rule_id
""",
    ),
    "search for a dash": (
        "no fix: `rule_id` is searched",
        """\
def f(rule):
    rule.rule_id = str(uuid4())
def g(rule):
    return "-" in rule.rule_id
""",
    ),
    "search for the kind": (
        "no fix: `run_id` is searched",
        """\
def f():
    run_id = str(uuid4())
    return "run_" in run_id
""",
    ),
    "replace": (
        "unsafe: `job_id` is written otherwise",
        """\
def f():
    job_id = str(uuid4())
    table = job_id.replace("-", "_")
    return job_id, table
""",
    ),
    "method get of a class of the file": (
        "unsafe: `query` is cut",
        """\
class Cache:
    def get(self, query):
        return query[:4]
def f(clients):
    client_id = str(uuid4())
    clients.get(client_id)
""",
    ),
    "method get of a known class": (
        "no fix: `query` is cut",
        """\
class Cache:
    def get(self, query):
        return query[:4]
def f():
    cache = Cache()
    client_id = str(uuid4())
    cache.get(client_id)
""",
    ),
    "other class has the method": (
        "",
        """\
class Gateway:
    def process(self, transaction_id, amount):
        return float(amount)
class Processor:
    def process(self, user_id, bill_id, amount, method):
        transaction_id = str(uuid4())
        gateway = self.find(method)
        gateway.process(transaction_id, amount)
        return transaction_id
""",
    ),
    "carrier into names": (
        "",
        """\
def f():
    unique = str(uuid4())
    run_id = f"run_{unique[:8]}"
    request_id = f"req_{unique[:8]}"
    return run_id, request_id
""",
    ),
    "carrier into keywords": (
        "",
        """\
def f(make):
    context_id = uuid4().hex
    return make(run_id=f"run_{context_id[:8]}", request_id=f"req_{context_id[:8]}")
""",
    ),
    "carrier named id, str": (
        "",
        """\
def f(make):
    context_id = str(uuid4())
    return make(run_id=f"run_{context_id[:8]}", request_id=f"req_{context_id[:8]}")
""",
    ),
    "carrier in a loop": (
        "",
        """\
def f(make, xs):
    for x in xs:
        unique = uuid4().hex
        run_id = f"run_{unique[:8]}"
        make(run_id)
""",
    ),
    "carrier in branch": (
        "",
        """\
def f(make, a):
    if a:
        unique = uuid4().hex
        run_id = f"run_{unique[:8]}"
        make(run_id)
""",
    ),
    "carrier in try": (
        "",
        """\
def f(make, a):
    try:
        unique = uuid4().hex
        run_id = f"run_{unique[:8]}"
        make(run_id)
    except ValueError:
        pass
""",
    ),
    "carrier in with": (
        "",
        """\
def f(make, a):
    with a:
        unique = uuid4().hex
        make(run_id=f"run_{unique[:8]}")
""",
    ),
    "carrier in lambda default get": (
        "",
        """\
def f(info, make):
    context_id = str(uuid4())
    user_id = info.get("user_id", f"legacy_{context_id[:8]}")
    make(user_id=user_id, run_id=f"run_{context_id[:8]}")
""",
    ),
    "carrier attribute annotated": (
        "",
        """\
def f(make):
    unique: str = uuid4().hex[:8]
    run_id = f"run_{unique}"
    make(run_id)
""",
    ),
    "carrier async": (
        "",
        """\
async def f(make):
    suffix = uuid4().hex[:8]
    run_id = f"run_{suffix}"
    await make(run_id)
""",
    ),
    "carrier with user": (
        "",
        """\
def f(make, user_id):
    suffix = uuid4().hex[:8]
    thread_id = f"thread_{suffix}"
    run_id = f"run_{suffix}"
    make(run_id, thread_id)
""",
    ),
    "hashed": (
        "",
        """\
import hashlib
def f():
    order_id = str(uuid4())
    return hashlib.sha256(order_id.encode()).hexdigest(), order_id
""",
    ),
    "measured against nothing": (
        "",
        """\
def f():
    run_id = str(uuid4())
    if len(run_id) == 0 or len(run_id) > 255:
        raise ValueError
    return run_id
""",
    ),
    "shown by repr": (
        "",
        """\
class Job:
    def __init__(self):
        self.job_id = str(uuid4())
    def __repr__(self):
        return f"<Job {self.job_id[:8]}>"
""",
    ),
    "replaced for a log": (
        "",
        """\
def f(log):
    run_id = str(uuid4())
    log.info("run %s", run_id.replace("-", ""))
    return run_id
""",
    ),
    "search of the file": (
        "",
        """\
class Repo:
    def search(self, job_id):
        return []
def f(repo):
    job_id = str(uuid4())
    return repo.search(job_id)
""",
    ),
    "a function of the file with uuid in its name": (
        "",
        """\
def register_uuid(job_id):
    return bool(job_id)
def f():
    job_id = str(uuid4())
    return register_uuid(job_id)
""",
    ),
    "patched clock": (
        "",
        """\
from unittest.mock import patch
def f():
    with patch("time.time"):
        run_id = str(uuid4())
    return run_id
""",
    ),
    "comment about the code": (
        "",
        """\
def f():
    # keep this function short
    run_id = str(uuid4())
    return run_id
""",
    ),
    "parsed by keyword": (
        "no fix: `run_id` is handed to `UUID()`",
        """\
def f():
    run_id = str(uuid4())
    return uuid.UUID(hex=run_id)
""",
    ),
    "parsed elsewhere": (
        "unsafe: `UUID()` takes apart what may be this id",
        """\
def parse(response):
    return uuid.UUID(response["location"].rsplit("/", 1)[-1])
def f():
    run_id = str(uuid4())
    return {"location": f"/runs/{run_id}"}
""",
    ),
    "pattern elsewhere": (
        "unsafe: this pattern may be for this id",
        """\
import re
ROUTE = re.compile(r"^/runs/(?P<run_id>[0-9a-f-]{36})$")
def f():
    run_id = str(uuid4())
    return run_id
""",
    ),
    "pattern of another field": (
        "",
        """\
class Shipment(BaseModel):
    parcel_id: str = Field(pattern=r"^[0-9a-f-]{36}$")
def f(label_id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]):
    run_id = str(uuid4())
    return run_id
""",
    ),
    "pattern of another id": (
        "",
        """\
import re
USER_ID_PATTERN = re.compile(r"[0-9a-f-]{36}")
def f():
    run_id = str(uuid4())
    return run_id
""",
    ),
    "handed parser": (
        "unsafe: `UUID` is handed on, maybe for this id",
        """\
def f(job):
    run_id = str(uuid4())
    job.start(run_id)
def g(rows):
    return list(map(uuid.UUID, rows))
""",
    ),
    "length elsewhere": (
        "unsafe: 36 is the length of a UUID, maybe of this one",
        """\
def ok(value):
    return len(value) == 36
def f():
    run_id = str(uuid4())
    return run_id
""",
    ),
    "parse of another id": (
        "",
        """\
def g(user_id):
    return uuid.UUID(user_id)
def f():
    run_id = str(uuid4())
    return run_id
""",
    ),
    "cut of the same id elsewhere": (
        "unsafe: what is cut here may be this id",
        """\
def g(run_id):
    return run_id[:8]
def f():
    run_id = str(uuid4())
    return run_id
""",
    ),
    "field of another class": (
        "",
        """\
class User:
    id: uuid.UUID
@dataclass
class Job:
    id: str = field(default_factory=lambda: str(uuid4()))
""",
    ),
    "cut by another class": (
        "unsafe: what is cut here may be this id",
        """\
class Legacy:
    def short(self):
        return self.session_id[:8]
class Session:
    def __init__(self):
        self.session_id = str(uuid4())
""",
    ),
    "cut by a method of the class": (
        "no fix: `session_id` is cut",
        """\
class Session:
    def __init__(self):
        self.session_id = str(uuid4())
    def short(self):
        return self.session_id[:8]
""",
    ),
    "cut by a class below": (
        "no fix: `session_id` is cut",
        """\
class Session:
    def __init__(self):
        self.session_id = str(uuid4())
class Short(Session):
    def short(self):
        return self.session_id[:8]
""",
    ),
    "cut of whoever has it": (
        "no fix: `session_id` is cut",
        """\
class Session:
    def __init__(self):
        self.session_id = str(uuid4())
def short(session):
    return session.session_id[:8]
""",
    ),
    "into a parameter": (
        "no fix: `key` is cut",
        """\
def add(jobs):
    job_id = str(uuid4())
    jobs.append(job_id)
def f():
    jobs = []
    add(jobs)
    return [key[:8] for key in jobs]
""",
    ),
    "as key of a parameter": (
        "no fix: `key` is cut",
        """\
def add(jobs):
    job_id = str(uuid4())
    jobs[job_id] = "new"
def f():
    jobs = {}
    add(jobs)
    return [key[:8] for key in jobs]
""",
    ),
    "template and split": (
        "no fix: `key` is split at `_`",
        """\
def f():
    run_id = str(uuid4())
    key = "acme_%s" % run_id
    return key.rsplit("_", 1)[0]
""",
    ),
    "template of several and split": (
        "no fix: `key` is split at `_`",
        """\
def f(x):
    run_id = str(uuid4())
    key = "%s_%s" % (x, run_id)
    return key.split("_")[0]
""",
    ),
    "format and split": (
        "no fix: `key` is split at `_`",
        """\
def f():
    run_id = str(uuid4())
    key = "acme_{}".format(run_id)
    return key.rsplit("_", 1)[0]
""",
    ),
    "format by name and split": (
        "no fix: `key` is split at `_`",
        """\
def f():
    run_id = str(uuid4())
    key = "acme_{run}".format(run=run_id)
    return key.rsplit("_", 1)[0]
""",
    ),
    "NewType": (
        "no fix: `run_id` is cut",
        """\
from typing import NewType
RunId = NewType("RunId", str)
def f():
    run_id = RunId(str(uuid4()))
    return run_id[:8]
""",
    ),
    "kind of str": (
        "no fix: `run_id` is cut",
        """\
class RunId(str):
    pass
def f():
    run_id = RunId(str(uuid4()))
    return run_id[:8]
""",
    ),
    "template for a log": (
        "",
        """\
def f(log):
    run_id = str(uuid4())
    log.info("run %s" % run_id)
    return run_id
""",
    ),
}

PROGRAMS |= {
    "shown piece that grows in a loop": ("", """\
def f(log, names):
    run_id = str(uuid4())
    short = run_id[:8]
    for name in names:
        short = short + name
    log.info(short)
    return run_id
"""),
    "shown piece through many variables": ("", (
        "def f(log):\n    run_id = str(uuid4())\n    a0 = run_id[:8]\n"
        + "".join(f"    a{at} = a{at - 1}\n" for at in range(1, 2000))
        + "    log.info(a1999)\n    return run_id\n"
    )),
    "piece that is a key in a log": ("no fix: `run_id` is cut", """\
def f(log, table):
    run_id = str(uuid4())
    log.info(table[run_id[:8]])
    return run_id
"""),
    "piece that decides what a log shows": ("no fix: `run_id` is cut", """\
def f(log):
    run_id = str(uuid4())
    log.info("a" if run_id[:8] else "b")
    return run_id
"""),
}  # fmt: skip

# Nothing leads there from the id that is made, but nothing tells that it does not.
_STRAYS: dict[str, tuple[str, str]] = {
    "cut of something": ("unsafe: what is cut here", "def g(value): return value[:8]"),
    "cut of a title": ("", "def g(title): return title[:8]"),
    "cut of the run": ("unsafe: what is cut here", "def g(run): return str(run)[:8]"),
    "cut of a log alone": ("", "def g(value, log): log.info(value[:8])"),
    "cut of a text that is written out": ("", "def g(value): return value[:8]\ng('abc')"),
    "some of several": ("", "def g(keys): return keys[:8]"),
    "all but the first letter": ("", "def g(key): return key[1:]"),
    "cut at a length": ("unsafe: what is cut here", "def g(key, size): return key[:size]"),
    "split at a dash": ("unsafe: `split()` is asked", "def g(key): return key.split('-')"),
    "split at a comma": ("", "def g(key): return key.split(',')"),
    "count of dashes": ("unsafe: `count()` is asked", "def g(tag): return tag.count('-')"),
    "count in a list": ("", "def g(kinds): return kinds.count('tool_call')"),
    "letters alone": ("unsafe: `isalnum()` is asked", "def g(key): return key.isalnum()"),
    "underscore": ("unsafe: what is searched", "def g(name): return '_' in name"),
    "exact length": ("unsafe: what is measured", "def g(key): return len(key) == 32"),
    "number of several": ("", "def g(keys): return len(keys) == 32"),
    "length of a uuid": ("unsafe: 36 is the length", "check = Length(equal=36)"),
    "number of hours": ("", "wait = timedelta(hours=36)"),
    "beginning": ("unsafe: `startswith()` is asked", "def g(key): return key.startswith('run')"),
    "other beginning": ("", "def g(key): return key.startswith('job_')"),
    "beginnings from a table": (
        "unsafe: `startswith()` is asked",
        "T = {'run': 1}\ndef g(key): return [t for t in T if key.startswith(t)]",
    ),
    "beginnings of others": (
        "",
        "T = {'job': 1}\ndef g(key): return [t for t in T if key.startswith(t)]",
    ),
    "order": ("unsafe: what is found", "def g(key, ring): return bisect(ring, key)"),
    "record": ("unsafe: this record", "Row = struct.Struct('!36sI')"),
    "record of numbers": ("", "Row = struct.Struct('!4sI')"),
    "separator": ("unsafe: what ids have", "w = csv.writer(out, delimiter='_')"),
    "width in a format": ("unsafe: `%(run)-8s`", "f = Formatter('%(run)-8s %(message)s')"),
    "width of a title": ("", "f = Formatter('%(title)-8s %(message)s')"),
    "measuring query": (
        "unsafe: this query",
        "q = 'SELECT substr(run_key, 1, 2) FROM runs'",
    ),
    "query that measures a title": ("", "q = 'SELECT length(title) FROM runs'"),
    "text for people": ("", "q = 'the right (left) side'"),
    "type by its name": ("unsafe: `uuid.UUID` is handed on", "kind = load('uuid.UUID')"),
    "annotation by its name": ("", "def g(x: 'uuid.UUID'): pass"),
    "function of the module": (
        "unsafe: something else",
        "def g(): globals()['uuid4'] = lambda: 'fixed'",
    ),
    "global function": ("unsafe: something else", "def g():\n    global uuid4\n    uuid4 = None"),
    "global import": ("", "def g():\n    global uuid4\n    from uuid import uuid4"),
}
PROGRAMS |= {
    "beside another that is decorated alike": ("", """\
def retry(f):
    def again(*args):
        return f(*args)
    return again
@retry
def keep(run_id):
    return run_id
@retry
def shorten(title):
    return title[:8]
def f():
    run_id = str(uuid4())
    return keep(run_id)
"""),
}  # fmt: skip
PROGRAMS |= {
    title: (verdict, f"{code}\ndef f():\n    run_id = str(uuid4())\n    return run_id\n")
    for title, (verdict, code) in _STRAYS.items()
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_programs(title: str) -> None:
    verdict, code = PROGRAMS[title]
    source = f"import uuid\nfrom uuid import uuid4\n{code}".encode()
    findings = check_source(source, "src/a.py", Settings(root=BACKEND)).findings
    finding = next(finding for finding in findings if finding.code == "OST101")
    said = re.search(r" \(((?:unsafe|no fix): .*)\)$", finding.message)

    if not verdict:
        assert said is None
        assert finding.fix is not None
        assert finding.fix.applicability.value == "safe"
    else:
        assert said is not None
        assert said[1].startswith(verdict)
        assert (finding.fix is None) is verdict.startswith("no fix")
