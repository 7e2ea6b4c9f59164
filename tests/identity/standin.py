"""A directory that lies when told to: a real HTTP server with real keys, for answers no honest directory gives."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from portal.identity.oidc import LOGOUT_EVENT

CLIENT_ID = "hilfenetz"
CLIENT_SECRET = "stand-in-secret"


@dataclass
class StandIn:
    """``key`` signs and is published. What the next answers say can be replaced."""

    key: Any = field(default_factory=lambda: _key(0))
    description: dict[str, Any] = field(default_factory=dict)
    token_answer: Callable[[], Any] = dict
    userinfo: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def reset(self) -> None:
        """Be honest again."""
        self.key, self.description, self.token_answer, self.userinfo = _key(0), {}, dict, {}
        self.status, self.asked = 200, []
        self.__dict__.pop("answer", None)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What an honest ID token says; a claim changed to None is left out."""
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "mia.muster",
            "iat": now,
            "exp": now + 300,
            "name": "Mia Muster",
            "email": "mia@a.example",
            "groups": ["hilfenetz:a:caseworker"],
        }
        return {name: value for name, value in {**honest, **changed}.items() if value is not None}

    def logout_claims(self, **changed: Any) -> dict[str, Any]:
        """What an honest logout token says."""
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "mia.muster",
            "iat": now,
            "exp": now + 120,
            "jti": uuid4().hex,
            "events": {LOGOUT_EVENT: {}},
        }
        return {name: value for name, value in {**honest, **changed}.items() if value is not None}

    def sign(self, claims: dict[str, Any], *, key: Any = None, **header: Any) -> str:
        """A token with these claims."""
        key = key or self.key
        return jwt.encode(
            {"alg": "RS256", "kid": key.kid, **header}, claims, key, algorithms=[header.get("alg", "RS256")]
        )

    def answers(self, id_token: str, **more: Any) -> None:
        """What the token endpoint gives for the next code."""
        self.token_answer = lambda: {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token, **more}

    def answer(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "end_session_endpoint": f"{self.issuer}/logout",
            } | self.description
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        return self.token_answer() if path == "/token" else self.userinfo

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        standin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply("")

            def do_POST(self) -> None:
                self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _reply(self, body: str) -> None:
                typed = {name: values[0] for name, values in parse_qs(body).items()}
                standin.asked.append((self.path, typed, self.headers.get("Authorization", "")))
                said = standin.answer(self.path)
                content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(standin.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def other_key() -> RSAKey:
    """A key nobody published."""
    return _key(1)


@cache
def _key(number: int) -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@cache
def elliptic_key() -> ECKey:
    """A key of another kind."""
    return ECKey.generate_key("P-256", auto_kid=True)
