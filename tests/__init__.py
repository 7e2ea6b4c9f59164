"""The tests, in the order of the packages; a package, since a library installs another one of this name."""
