.PHONY: all serve install dist demo systems test check clean

PREFIX ?= /usr/local

all:
	tools/setup
	tools/build

# The server too, which `limpid serve` starts; it lies beside the program.
serve: all
	LIMPID_SERVE=1 tools/build --product limpid-serve

# The program with completions for shells; DESTDIR goes in front, for packages.
install: all
	tools/install .build/release/limpid $(DESTDIR)$(PREFIX)

# Archives and Debian packages that need no toolchain, of the program and of its server, in out/dist.
dist:
	tools/setup
	tools/dist

# Degrades a photo, restores it and prints what was gained; pictures are in out/demo.
demo:
	tools/setup
	tools/run-demo

# Runs the five systems on small random bundles and prints what each did; pictures are in
# out/systems.
systems: all
	tools/demo-systems

# Runs every test.
test:
	tools/setup test
	tools/test

# Style, layout and the quick tests, for the minutes between two edits.
check:
	tools/setup test
	tools/check

clean:
	rm -rf .build .build-dist .build-tests out
