"""Does what a Dockerfile says in a folder of this machine, without a container."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# The folders that the image makes at its root; in a command each stands for one in the folder of the image.
_ROOTED = re.compile(r"(?<![\w./])/(?=(?:kit|opt|reports)\b)")


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile: the word that each begins with, and the rest on one line."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    whole = (line.strip() for line in re.sub(r"\s*\\\n\s*", " ", lines).splitlines())
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole if line)]


def ignored(path: str, patterns: list[str]) -> bool:
    """Return whether .dockerignore leaves a path out: of the patterns that name it, or a folder above, the last counts."""
    out = False
    parents = ["/".join(path.split("/")[:count]) for count in range(1, path.count("/") + 2)]
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        here = bare.removeprefix("**/")
        names = [parent.rsplit("/", 1)[-1] if bare.startswith("**/") else parent for parent in parents]
        if any(fnmatch.fnmatchcase(name, here) and name.count("/") == here.count("/") for name in names):
            out = not pattern.startswith("!")
    return out


@dataclass(slots=True)
class Image:
    """What a Dockerfile makes, in a folder: `root` stands for the root of the last stage."""

    context: Path
    root: Path
    stages: dict[str, Path] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    check: list[str] = field(default_factory=list)

    def build(self) -> None:
        """Carry out the instructions. An unknown one is a KeyError."""
        for word, rest in instructions((self.context / "Dockerfile").read_text(encoding="utf-8")):
            {
                "ARG": lambda _: None,
                "EXPOSE": lambda _: None,
                "FROM": self._from,
                "WORKDIR": self._workdir,
                "COPY": self._copy,
                "RUN": self._run,
                "ENV": self._env,
                "USER": self._user,
                "CMD": self._cmd,
                "HEALTHCHECK": self._healthcheck,
            }[word](rest)

    def process(self, words: list[str], *, log: int | IO[str] = subprocess.PIPE, **more: str) -> subprocess.Popen[str]:
        """Start a command in the image as its user: one without rights, who may write nowhere but in /reports."""
        # Root without any capability may only write what its permission bits allow, as any other user.
        rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] if os.geteuid() == 0 else []
        path = self.env["PATH"].replace("$PATH", "/usr/bin:/bin")
        nowhere = {"HOME": "/nonexistent", "TMPDIR": str(self.root / "tmp")}
        return subprocess.Popen(
            [*rights, "sh", "-c", 'exec "$0" "$@"', *words],
            cwd=self._here(self.folder),
            env={**self.env, **nowhere, **more, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

    def lock(self) -> None:
        """Take away the right to write, but in /reports."""
        (self.root / "tmp").mkdir()
        for folder, _, files in os.walk(self.root):
            Path(folder).chmod(0o555)
            for file in files:
                if not (path := Path(folder, file)).is_symlink():
                    path.chmod(path.stat().st_mode & 0o555)
        (self.root / "reports").chmod(0o755)

    def unlock(self) -> None:
        """Give it back, so that the folder can be removed."""
        for folder, _, _ in os.walk(self.root):
            Path(folder).chmod(0o755)

    def _here(self, path: str) -> Path:
        return self.root / path.strip("/") if path.startswith("/") else self.root / self.folder.strip("/") / path

    def _rooted(self, text: str) -> str:
        return _ROOTED.sub(f"{self.root}/", text)

    def _from(self, rest: str) -> None:
        """Begin a stage in an empty folder, always the same one: the commands of an environment hold its path."""
        name = rest.partition(" AS ")[2] or "last"
        self.stages[name] = self.root.with_name(f"stage-{name}")
        if len(self.stages) > 1:
            before = list(self.stages.values())[-2]
            self.root.rename(before)
        self.root.mkdir()
        self.env, self.folder, self.user = {}, "/", "root"

    def _workdir(self, rest: str) -> None:
        self.folder = rest
        self._here(rest).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        words = shlex.split(rest)
        flags = dict(word.removeprefix("--").split("=") for word in words if word.startswith("--"))
        *sources, target = (word for word in words if not word.startswith("--"))
        patterns = (self.context / ".dockerignore").read_text(encoding="utf-8").splitlines()
        patterns = [line for line in patterns if line and not line.startswith("#")]
        for source in sources:
            if "from" in flags:
                shutil.copytree(self.stages[flags["from"]] / source.strip("/"), self._here(target), symlinks=True)
                continue
            to = self._here(target) / Path(source).name if target.endswith("/") else self._here(target)
            to.parent.mkdir(parents=True, exist_ok=True)
            if (self.context / source).is_file():
                assert not ignored(source, patterns), f".dockerignore leaves out {source}"
                shutil.copy(self.context / source, to)
                continue
            shutil.copytree(self.context / source, to, ignore=self._left_out(patterns))
            assert any(to.iterdir()), f".dockerignore leaves out {source}"

    def _left_out(self, patterns: list[str]) -> Callable[[str, list[str]], list[str]]:
        def names(folder: str, inside: list[str]) -> list[str]:
            above = Path(folder).relative_to(self.context).as_posix()
            return [name for name in inside if ignored(f"{above}/{name}", patterns)]

        return names

    def _run(self, rest: str) -> None:
        done = subprocess.run(
            ["sh", "-euc", self._rooted(rest)],
            cwd=self._here(self.folder),
            env={**os.environ, **self.env, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"

    def _env(self, rest: str) -> None:
        self.env |= dict(word.split("=", 1) for word in shlex.split(self._rooted(rest)))

    def _user(self, rest: str) -> None:
        self.user = rest

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _healthcheck(self, rest: str) -> None:
        self.check = json.loads(rest.partition("CMD ")[2])
