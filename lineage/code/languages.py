"""The programming languages that are read: by which endings, with which grammar, by which words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grammar:
    """A tree-sitter grammar and what is asked of it."""

    #: Distribution's module and the function in it that gives the language.
    module: str
    entry: str
    #: Captures: ``cut`` is left out, ``text`` is a literal, ``function`` and ``scope`` have names.
    query: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language."""

    name: str
    endings: tuple[str, ...]
    keywords: frozenset[str]
    #: Which lexer finds comments and strings where there is no grammar: ``python``, ``c``, …
    lexer: str
    grammar: Grammar | None = None
    #: Whether a line ends a statement, outside of brackets; else a semicolon or a brace does.
    by_line: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON = Language(
    "Python",
    ("py", "pyi", "pyx", "pxd", "bzl"),
    _words(
        "False None True and as assert async await break class continue def del elif else except"
        " finally for from global if import in is lambda nonlocal not or pass raise return try"
        " while with yield"
    ),
    "python",
    Grammar(
        "tree_sitter_python",
        "language",
        """
        (comment) @cut
        (import_statement) @cut
        (import_from_statement) @cut
        (future_import_statement) @cut
        (expression_statement . (string) @doc .)
        (expression_statement . (concatenated_string) @doc .)
        (string) @text
        (function_definition) @function
        (class_definition) @scope
        """,
    ),
    by_line=True,
)
_C_WORDS = (
    "alignas alignof asm auto bool break case char const constexpr continue default do double else"
    " enum extern false float for goto if inline int long nullptr register restrict return short"
    " signed sizeof static static_assert struct switch thread_local true typedef typeof union"
    " unsigned void volatile while"
)
_C_QUERY = """
        (comment) @cut
        (preproc_include) @cut
        (string_literal) @text
        (char_literal) @text
        (system_lib_string) @text
        (function_definition) @function
        """
_C = Language("C", ("c",), _words(_C_WORDS), "c", Grammar("tree_sitter_c", "language", _C_QUERY))
_CPP_WORDS = _words(
    f"{_C_WORDS} and catch class concept const_cast consteval constinit co_await co_return co_yield"
    " decltype delete dynamic_cast explicit export final friend mutable namespace new noexcept not"
    " operator or override private protected public reinterpret_cast requires static_cast template"
    " this throw try typeid typename using virtual"
)
_CPP_QUERY = f"""{_C_QUERY}
        (raw_string_literal) @text
        (class_specifier) @scope
        (struct_specifier) @scope
        (namespace_definition) @scope
        """
_CPP_GRAMMAR = Grammar("tree_sitter_cpp", "language", _CPP_QUERY)
_CPP = Language(
    "C++",
    ("cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "inl", "inc", "ipp", "metal", "mm"),
    _CPP_WORDS,
    "c",
    _CPP_GRAMMAR,
)
#: Ascend C is C++ with macros of its own; its kernels carry the endings of C++.
_CUDA = Language("CUDA", ("cu", "cuh", "hip", "cl"), _CPP_WORDS, "c", _CPP_GRAMMAR)
_JAVA = Language(
    "Java",
    ("java",),
    _words(
        "abstract assert boolean break byte case catch char class const continue default do double"
        " else enum extends final finally float for goto if implements import instanceof int"
        " interface long native new package private protected public record return sealed short"
        " static strictfp super switch synchronized this throw throws transient try var void"
        " volatile while true false null"
    ),
    "c",
    Grammar(
        "tree_sitter_java",
        "language",
        """
        (line_comment) @cut
        (block_comment) @cut
        (import_declaration) @cut
        (package_declaration) @cut
        (string_literal) @text
        (character_literal) @text
        (method_declaration) @function
        (constructor_declaration) @function
        (class_declaration) @scope
        (interface_declaration) @scope
        (enum_declaration) @scope
        """,
    ),
)
_GO = Language(
    "Go",
    ("go",),
    _words(
        "break case chan const continue default defer else fallthrough for func go goto if import"
        " interface map package range return select struct switch type var nil true false string"
        " int error bool byte"
    ),
    "c",
    Grammar(
        "tree_sitter_go",
        "language",
        """
        (comment) @cut
        (import_declaration) @cut
        (package_clause) @cut
        (interpreted_string_literal) @text
        (raw_string_literal) @text
        (rune_literal) @text
        (function_declaration) @function
        (method_declaration) @function
        """,
    ),
    by_line=True,
)
_RUST = Language(
    "Rust",
    ("rs",),
    _words(
        "as async await break const continue crate dyn else enum extern false fn for if impl in let"
        " loop match mod move mut pub ref return self Self static struct super trait true type"
        " unsafe use where while"
    ),
    "rust",
    Grammar(
        "tree_sitter_rust",
        "language",
        """
        (line_comment) @cut
        (block_comment) @cut
        (use_declaration) @cut
        (extern_crate_declaration) @cut
        (string_literal) @text
        (raw_string_literal) @text
        (char_literal) @text
        (function_item) @function
        (impl_item) @scope
        (trait_item) @scope
        (mod_item) @scope
        """,
    ),
)
_JS_WORDS = (
    "async await break case catch class const continue debugger default delete do else export"
    " extends false finally for function if import in instanceof let new null of return static"
    " super switch this throw true try typeof undefined var void while with yield"
)
_JS_QUERY = """
        (comment) @cut
        (import_statement) @cut
        (string) @text
        (template_string) @text
        (regex) @text
        (function_declaration) @function
        (generator_function_declaration) @function
        (method_definition) @function
        (class_declaration) @scope
        """
_JAVASCRIPT = Language(
    "JavaScript",
    ("js", "jsx", "mjs", "cjs"),
    _words(_JS_WORDS),
    "c",
    Grammar("tree_sitter_javascript", "language", _JS_QUERY),
    by_line=True,
)
_TS_WORDS = _words(
    f"{_JS_WORDS} abstract any as boolean declare enum implements infer interface is keyof module"
    " namespace never number object private protected public readonly string symbol type unknown"
)
_TYPESCRIPT = Language(
    "TypeScript",
    ("ts", "mts", "cts"),
    _TS_WORDS,
    "c",
    Grammar("tree_sitter_typescript", "language_typescript", _JS_QUERY),
    by_line=True,
)
_TSX = Language(
    "TSX",
    ("tsx",),
    _TS_WORDS,
    "c",
    Grammar("tree_sitter_typescript", "language_tsx", _JS_QUERY),
    by_line=True,
)
#: Words that most languages without a grammar here keep for themselves.
_COMMON = _words(
    "and as begin break case catch class const continue def default defer do else elseif elif end"
    " enum export extends extern false final finally fn for foreach from func function goto if"
    " impl import in include int interface is lambda let local match module namespace new nil not"
    " null object of or package private protected public raise repeat require return self static"
    " string struct super switch then this throw throws trait true try type typedef typename union"
    " unless until use using val var virtual void when where while with yield"
)
_CURLY = Language(
    "another language",
    (
        "cs",
        "dart",
        "glsl",
        "gradle",
        "groovy",
        "kt",
        "kts",
        "m",
        "mojo",
        "php",
        "proto",
        "s",
        "scala",
        "scss",
        "swift",
        "v",
        "zig",
    ),
    _COMMON,
    "c",
)
_HASH = Language(
    "another language",
    ("bash", "cmake", "ex", "exs", "jl", "nim", "pl", "pm", "ps1", "r", "rb", "sh", "tcl", "zsh"),
    _COMMON,
    "hash",
    by_line=True,
)
_DASH = Language(
    "another language", ("adb", "ads", "hs", "lua", "sql"), _COMMON, "dash", by_line=True
)

LANGUAGES = (
    _PYTHON,
    _C,
    _CPP,
    _CUDA,
    _JAVA,
    _GO,
    _RUST,
    _JAVASCRIPT,
    _TYPESCRIPT,
    _TSX,
    _CURLY,
    _HASH,
    _DASH,
)
_BY_ENDING = {ending: language for language in LANGUAGES for ending in language.endings}
#: Globs of the files that are fingerprinted.
PATTERNS = tuple(f"*.{ending}" for ending in sorted(_BY_ENDING))


def language_of(path: str) -> Language | None:
    """Return the language of a file by its ending; None where none is read."""
    return _BY_ENDING.get(path.rpartition("/")[2].rpartition(".")[2].lower())


def is_read(path: str) -> bool:
    """Say whether a path is one of a program that can be fingerprinted."""
    name = path.rpartition("/")[2]
    return "." in name and language_of(name) is not None
