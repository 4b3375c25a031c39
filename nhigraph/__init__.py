"""NHIGraph: the command `nhi` and the public library surface."""

__version__ = "0.1.0"
__all__ = ["__version__"]
