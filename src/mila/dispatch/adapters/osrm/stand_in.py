"""A server that answers the table question as OSRM does, without roads: for tests and demonstrations.

`python -m mila.dispatch.adapters.osrm.stand_in 5000`, then `MILA_OSRM=http://127.0.0.1:5000 ./run`. It takes the
straight line with the usual detour at 60 km/h, by bicycle at 20 and on foot at 6, so that its answers differ from what
the house reckons itself.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from mila.kernel.place import DETOUR, Point, distance_km

METRES_A_SECOND = {"driving": 60 / 3.6, "cycling": 20 / 3.6, "walking": 6 / 3.6}


class Roads(BaseHTTPRequestHandler):
    """Answers `/table/v1/<profile>/…` with durations from each source to the first destination."""

    def do_GET(self) -> None:
        """Answer one question; what cannot be read is refused as OSRM refuses it."""
        parts = urlsplit(self.path)
        try:
            pairs = [pair.split(",") for pair in parts.path.rsplit("/", 1)[-1].split(";")]
            places = [Point(float(latitude), float(longitude)) for longitude, latitude in pairs]
            pace = METRES_A_SECOND[parts.path.split("/")[-2]]
            to, starts = (_chosen(places, parts.query, name) for name in ("destinations", "sources"))
        except (ValueError, IndexError, KeyError):
            self._say(400, {"code": "InvalidQuery"})
            return
        durations = [[round(distance_km(one, to[0]) * 1000 * DETOUR / pace, 1)] for one in starts]
        self._say(200, {"code": "Ok", "durations": durations})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep silent."""

    def _say(self, status: int, said: dict[str, object]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _chosen(places: list[Point], query: str, name: str) -> list[Point]:
    return [places[int(number)] for number in parse_qs(query)[name][0].split(";")]


def server(port: int = 0) -> ThreadingHTTPServer:
    """Return the server, bound to this machine alone; 0 takes any free port."""
    return ThreadingHTTPServer(("127.0.0.1", port), Roads)


if __name__ == "__main__":
    server(int(sys.argv[1])).serve_forever()
