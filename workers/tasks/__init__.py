"""Which action follows which event, one module a feature; every module here is loaded by ``workers.app``."""
