"""A small OpenSearch over real HTTP: the endpoints that the store uses, kept in memory, and what was asked of them."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.pipelines.store.opensearch.fake_index import FakeIndex, RefusedError

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """One request, as it arrived.

    :param method: Its method.
    :param path: Its path.
    :param parameters: The parameters behind the path.
    :param body: Its JSON, one object a line for `_bulk`.
    :param authorization: Its header of that name.
    """

    method: str
    path: str
    parameters: dict[str, str]
    body: Any
    authorization: str | None


class FakeCluster:
    """The indexes of a cluster and what was asked of it; a node is a server that answers for it.

    :param before: Called with each request; what it returns is the answer instead.
    """

    def __init__(self) -> None:
        self.indexes: dict[str, FakeIndex] = {}
        self.requests: list[Request] = []
        self.before: Callable[[Request], Answer | None] = lambda _: None
        self._lock = threading.Lock()

    def asked(self, method: str, path: str) -> list[Request]:
        """The requests that were made of a path."""
        return [one for one in self.requests if (one.method, one.path) == (method, path)]

    def answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            try:
                return self.before(request) or self._answer(request)
            except RefusedError as error:
                return error.status, {"error": {"type": error.type, "reason": str(error)}, "status": error.status}

    def _answer(self, request: Request) -> Answer:
        parts = [unquote(part) for part in request.path.strip("/").split("/") if part]
        match (request.method, *parts):
            case ("GET",):
                return 200, {"cluster_name": "fake", "version": {"number": "3.1.0", "distribution": "opensearch"}}
            case ("GET", "_cluster", "health"):
                return 200, {"cluster_name": "fake", "status": "green", "number_of_nodes": 1}
            case ("POST", *name, "_bulk"):
                return self._bulk(request, *name)
            case ("POST", name, "_msearch"):
                bodies = request.body[1::2]
                return 200, {"responses": [self.indexes[name].search(body) | {"status": 200} for body in bodies]}
            case ("PUT", name):
                return self._create(name, request.body)
            case (method, names, *rest):
                return self._on_indexes(method, names.split(","), rest, request)
        raise RefusedError(400, "illegal_argument_exception", f"no handler for {request.method} {request.path}")

    def _create(self, name: str, body: dict[str, Any]) -> Answer:
        if name in self.indexes:
            raise RefusedError(400, "resource_already_exists_exception", f"index [{name}] already exists")
        self.indexes[name] = FakeIndex(body)
        return 200, {"acknowledged": True, "index": name}

    def _on_indexes(self, method: str, names: list[str], rest: list[str], request: Request) -> Answer:
        missing = [name for name in names if name not in self.indexes]
        if missing and method == "HEAD":
            return 404, {}
        if missing and request.parameters.get("ignore_unavailable") != "true":
            raise RefusedError(404, "index_not_found_exception", f"no such index {missing}")
        indexes = {name: self.indexes[name] for name in names if name in self.indexes}
        content: dict[str, Any] = {}
        match (method, *rest):
            case ("HEAD",):
                pass
            case ("DELETE",):
                for name in indexes:
                    del self.indexes[name]
            case ("GET", "_mapping"):
                content = {name: {"mappings": index.body["mappings"]} for name, index in indexes.items()}
            case ("POST", "_refresh"):
                for index in indexes.values():
                    index.refresh()
            case _ if not indexes:
                content = {"count": 0, "hits": {"hits": []}}
            case _:
                return _on_one(next(iter(indexes.values())), method, rest, request)
        return 200, content

    def _bulk(self, request: Request, default: str = "") -> Answer:
        items = []
        rest = iter(request.body)
        for line in rest:
            [(operation, action)] = line.items()
            name, id_ = action.get("_index", default), action["_id"]
            content = next(rest) if operation != "delete" else {}
            item: dict[str, Any] = {"_index": name, "_id": id_}
            try:
                item["status"] = self._act(operation, name, id_, content)
            except RefusedError as error:
                item |= {"status": error.status, "error": {"type": error.type, "reason": str(error)}}
            items.append({operation: item})
        if request.parameters.get("refresh", "false") != "false":
            self.indexes[default].refresh()
        return 200, {"errors": any("error" in one for item in items for one in item.values()), "items": items}

    def _act(self, operation: str, name: str, id_: str, content: dict[str, Any]) -> int:
        index = self.indexes[name]
        known = id_ in index.written
        if operation == "delete":
            return 200 if index.written.pop(id_, None) is not None else 404
        if operation == "create" and known:
            raise RefusedError(409, "version_conflict_engine_exception", f"[{id_}]: version conflict")
        if operation == "update":
            if not known:
                raise RefusedError(404, "document_missing_exception", f"[{id_}]: document missing")
            content = {**index.written[id_], **content["doc"]}
        index.write(id_, content)
        return 200 if known else 201


def _on_one(index: FakeIndex, method: str, rest: list[str], request: Request) -> Answer:
    match (method, *rest):
        case ("POST", "_search"):
            return 200, index.search(request.body)
        case (_, "_count"):
            return 200, {"count": len(index.matching((request.body or {}).get("query", {"match_all": {}})))}
        case ("POST", "_delete_by_query"):
            gone = index.matching(request.body["query"])
            for id_ in gone:
                index.written.pop(id_, None)
            return 200, {"deleted": len(gone), "failures": []}
        case ("POST", "_mget"):
            docs = [{"_id": id_, "found": id_ in index.written} for id_ in request.body["ids"]]
            return 200, {"docs": [doc | {"_source": index.written.get(doc["_id"])} for doc in docs]}
        case ("GET", "_doc", id_):
            source = index.written.get(id_)
            return (200, {"found": True, "_id": id_, "_source": source}) if source else (404, {"found": False})
    raise RefusedError(400, "illegal_argument_exception", f"no handler for {method} {request.path}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer goes out at once and in one piece; otherwise each waits 40 ms for the client's system.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def _handle(self) -> None:
        address = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        lines = [json.loads(line) for line in text.splitlines() if line]
        one = lines[0] if lines else None
        parameters = {name: values[0] for name, values in parse_qs(address.query).items()}
        body = lines if address.path.endswith(("_bulk", "_msearch")) else one
        request = Request(self.command, address.path, parameters, body, self.headers.get("Authorization"))
        status, content = self.server.cluster.answer(request)
        encoded = b"" if self.command == "HEAD" else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], cluster: FakeCluster) -> None:
        super().__init__(address, _Handler)
        self.cluster = cluster
        self.connections: list[socket.socket] = []

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def running_node(cluster: FakeCluster, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run a node of a cluster and give its address; afterwards it is gone, and connections to it break."""
    server = _Server(("127.0.0.1", port), cluster)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stop()
        thread.join()
