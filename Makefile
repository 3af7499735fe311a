# lockkit. `make` alone says what there is to make.

SHELL := /bin/sh
PREFIX ?= /usr/local
# timer_create(2) is in librt before glibc 2.34; macOS resolves bash's names at load.
LOADABLE_LIBS := $(if $(filter Linux,$(shell uname)),-lrt)
LOADABLE_FLAGS := $(if $(filter Darwin,$(shell uname)),-undefined dynamic_lookup)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
NFPM_VERSION := v2.45.2
NFPM := build/tools/nfpm-$(NFPM_VERSION)

.PHONY: help build etcd etcd-test faults loadable demo test check bench truth conformance torture install dist generate clean

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# The commit becomes part of the version wherever git knows it.
VCS := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo true || echo false)

build: ## compile build/lockkit
	@mkdir -p build
	CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -o build/lockkit ./cmd/lockkit

etcd: build ## compile build/lockkit-etcd, for locks of several machines (--on)
	cd cmd/lockkit-etcd && CGO_ENABLED=0 go build -trimpath -o ../../build/lockkit-etcd .

etcd-test: etcd ## install etcd where it is missing, then test lockkit-etcd against three members of it
	@scripts/tools etcd
	cd cmd/lockkit-etcd && go vet ./... && go test -count=1 -timeout 1h ./...

faults: ## ten minutes in which etcd, machines, clocks and processes fail (FAULTS=600 seconds; root)
	@scripts/tools etcd
	cd cmd/lockkit-etcd && LOCKKIT_FAULTS=$(or $(FAULTS),600) go test -count=1 -v -timeout 24h -run 'Fault|History' .

loadable: ## compile build/lockkit.so, the builtins for bash (needs a C compiler)
	@mkdir -p build
	$(CC) -shared -fPIC -O2 $(LOADABLE_FLAGS) -o build/lockkit.so shellkit/loadable/lockkit.c $(LOADABLE_LIBS)

demo: build ## ten seconds: a job that runs twice, what lint says to it, and the cure
	@scripts/demo/run

test: build ## install what the tests need where it is missing, then run them all
	@scripts/tools test
	@scripts/test

check: build ## formatting, vet, staticcheck, shellcheck, our own lint, generated text
	@scripts/tools test
	@STATICCHECK=$(STATICCHECK) scripts/check

bench: build ## measure against flock(1), the bare idiom and ShellCheck, side by side
	@scripts/tools bench
	@set -e; for bench in scripts/bench-*; do "$$bench"; echo; done

truth: ## hold lint and prove against generated scripts, rehearsals of them, and known scripts in other words (TRUTH=2000 TRUTH_KNOWN=2500 TRUTH_SEED= TRUTH_PLANT=12)
	@go run -tags tool ./scripts/truth

conformance: build ## score the extraction on other people's suites (CONFORMANCE=FOLDER with oils, yash, …; V=1)
	@go run -tags tool ./scripts/conformance $(if $(V),-v) $(CONFORMANCE)
	@scripts/conformance/flock $(CONFORMANCE)

against: ## hold the readers of other files against Docker's and systemd's own (AGAINST=FOLDER with such files)
	@cd shellkit/hosts/against && AGAINST='$(AGAINST)' go test -count=1 -v .

torture: build ## 64 contenders, killed and robbed of their lock file (TORTURE=120 seconds)
	@scripts/tools test
	@if command -v $(CC) >/dev/null; then $(MAKE) -s loadable; fi
	@scripts/torture

generate: ## renew the generated parts of README.md and the golden files
	go test ./shellkit ./shellkit/extract ./shellkit/report -run "Generated|Golden" -u

install: build ## copy lockkit, its man pages and completions below PREFIX (/usr/local)
	@if command -v $(CC) >/dev/null; then $(MAKE) -s loadable; fi
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' scripts/install

dist: $(NFPM) ## archives, packages, SBOMs and checksums in dist/, of the commit as it is
	go run -tags tool ./scripts/dist -nfpm $(NFPM) dist

$(NFPM):
	@mkdir -p build/tools
	GOBIN=$(CURDIR)/build/tools go install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	@mv build/tools/nfpm $(NFPM)

clean: ## remove what was built
	rm -rf build dist
