.PHONY: all demo test clean

all:
	tools/setup
	tools/build

# Degrades a photo, restores it and prints what was gained; pictures are in out/demo.
demo:
	tools/setup
	tools/run-demo

# Runs every test.
test:
	tools/setup test
	tools/test

clean:
	rm -rf .build .build-tests out
