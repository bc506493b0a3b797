# For type checkers only: at run time pyproject.toml maps ../rules here.
from rules import *
