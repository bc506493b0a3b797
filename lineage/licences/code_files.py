"""Which files are programs, by their names."""

from __future__ import annotations

#: Endings of files that people write, that programs are made of, and that have comments.
_ENDINGS = frozenset(
    (
        "adb ads asm bash bat bzl c cc cjs cl clj cmake cpp cs css cu cuh cxx dart el ex"
        " exs f f03 f90 f95 glsl go gradle groovy h hh hip hpp hs hxx inc inl java jl js jsx"
        " kt kts less lua m metal mjs ml mm mojo nim php pl pm proto ps1 pxd py pyi pyx r rb"
        " rs s scala scss sh sql swift tcl ts tsx v vue zig zsh"
    ).split()
)
_NAMES = ("cmakelists.txt", "dockerfile", "makefile")
#: Globs of all of them.
PATTERNS = (*(f"*.{ending}" for ending in sorted(_ENDINGS)), *(f"{name}*" for name in _NAMES))


def is_source(path: str) -> bool:
    """Say whether a path is one of a source file."""
    name = path.rpartition("/")[2].lower()
    return name.rpartition(".")[2] in _ENDINGS or name.startswith(_NAMES)
