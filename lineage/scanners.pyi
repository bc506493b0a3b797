# For type checkers only: at run time pyproject.toml maps ../scanners here.
from scanners import *
